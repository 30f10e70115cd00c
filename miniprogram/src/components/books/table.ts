/** What a `DeskTable` shows. */
export interface Column {
  key: string
  name: string
  /** Its share of the width; 1 unless told otherwise. */
  width?: number
  isAmount?: boolean
}

export interface TableRow {
  id: string
  cells: Record<string, string>
  isGrave?: boolean
}
