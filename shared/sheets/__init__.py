"""Tables of offices: `reading` takes .xlsx and .csv without believing them, `writing` makes .xlsx row by row.

open_sheet(path, name) → SheetFile.rows()          in a child process that has called `confine_memory`
with SheetWriter(path, "成员", headings) as sheet:  sheet.add(cells)
"""
