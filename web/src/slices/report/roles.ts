// Who may do what with reports, as the node lets them (src/siaga/slices/report): buttons stand where they would work.

export const READERS = ['reporter', 'shift-leader', 'commander', 'administrator', 'planner', 'trainer', 'coordinator']
export const WRITERS = ['reporter', 'shift-leader', 'commander', 'administrator']
export const SIGNERS = ['commander', 'shift-leader']
export const HEADS = ['administrator', 'coordinator']
export const NAMES = ['reporter', 'administrator', 'commander']
export const WITNESSES = ['call-taker', 'dispatcher', 'shift-leader', 'crew', 'commander', 'reporter', 'administrator']
export const CORRECTORS = ['dispatcher', 'shift-leader', 'reporter']
