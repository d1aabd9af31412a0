// Who may do what in a review; the node holds to the same.
export const LEADERS = ['shift-leader', 'commander', 'trainer', 'planner', 'administrator']
export const WITNESSES = [...LEADERS, 'call-taker', 'dispatcher', 'crew', 'reporter']
export const SHARERS = ['shift-leader', 'trainer', 'planner', 'coordinator', 'administrator']
/** Where a vehicle was says where its crew was. */
export const TRACKERS = ['dispatcher', 'shift-leader', 'commander']
