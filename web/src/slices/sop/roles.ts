// Who may do what with cards, as the node lets them (src/siaga/slices/sop): buttons stand where they would work.

export const WRITERS = ['planner', 'trainer', 'administrator']
export const STUDENTS = [...WRITERS, 'reporter', 'coordinator', 'shift-leader', 'commander']
export const APPROVERS = ['planner', 'administrator', 'shift-leader', 'commander']
export const READERS = [
  'call-taker',
  'dispatcher',
  'shift-leader',
  'crew',
  'commander',
  'reporter',
  'trainer',
  'planner',
  'coordinator',
  'administrator',
]
