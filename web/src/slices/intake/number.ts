// An incident's number as people say it: without its year.
export const shortNumber = (numbered: string) => numbered.replace(/^.*\D/, '')
