"""What the planner says of files and tables it does not take, form by form; see `plan_words`."""

from __future__ import annotations

from peaceops.web.languages import mark

FORMS: tuple[tuple[str, str], ...] = (
    # a ZIP of CSV tables
    (r"(?P<n_n>[\d,]+) files in the archive", mark("%(n)s files in the archive")),
    (r"At most (?P<n_n>[\d,]+) are accepted\.", mark("At most %(n)s are accepted.")),
    (r"unfolds to more than (?P<n_n>[\d,]+) bytes", mark("it unfolds to more than %(n)s bytes")),
    (r"unfolds to far more than tables do", mark("it unfolds to far more than tables do")),
    (r"'(?P<shown>.*)' leads out of the archive", mark("%(shown)s leads out of the archive")),
    (r"'(?P<shown>.*)' is a link, not a file", mark("%(shown)s is a link, not a file")),
    (r"'(?P<shown>.*)' is locked with a password", mark("%(shown)s is locked with a password")),
    (r"Zip it without a password\.", mark("Zip it without a password.")),
    (r"'(?P<shown>.*)' is an archive inside the archive",
     mark("%(shown)s is an archive inside the archive")),
    (r"'(?P<shown>.*)' lies deeper than one folder", mark("%(shown)s lies deeper than one folder")),
    (r"'(?P<shown>.*)' is packed in a way that is not read here",
     mark("%(shown)s is packed in a way that is not read here")),
    (r"'(?P<a>.*)' and '(?P<b>.*)' are the same table twice",
     mark("%(a)s and %(b)s are the same table twice")),
    (r"no CSV file in the archive", mark("there is no CSV file in the archive")),
    (r"Tables are posts\.csv, (?P<names>.*)\.", mark("The tables are posts.csv, %(names)s.")),
    (r"Zip the folder with the CSV tables, and nothing else\.",
     mark("Zip the folder with the CSV tables, and nothing else.")),
    # a workbook
    (r"an old \.xls file or a workbook with a password",
     mark("an old .xls file, or a workbook with a password")),
    (r"neither a folder of CSV nor an \.xlsx workbook",
     mark("neither a workbook (.xlsx) nor zipped CSV tables")),
    (r"a workbook that may hold macros|a workbook with macros",
     mark("a workbook that may hold macros")),
    (r"unfolds to (?P<n_n>[\d,]+) bytes (?:in|from) .*", mark("it unfolds to %(n)s bytes")),
    (r"an archive, but not an \.xlsx workbook", mark("an archive, but no workbook (.xlsx)")),
    (r"not readable as a workbook \(.*\)", mark("this cannot be read as a workbook")),
    (r".* declares XML entities", mark("the workbook declares XML entities, which are not read")),
    (r"Save it as an Excel workbook without macros \(\.xlsx\)\.",
     mark("Save it as an Excel workbook without macros (.xlsx).")),
    # tables
    (r"this table is missing", mark("this table is missing")),
    (r"this column is missing", mark("this column is missing")),
    (r"Columns(?: are)?:? (?P<names>.*)\.", mark("Columns: %(names)s.")),
    (r"'(?P<shown>.*)': no such operation", mark("there is no operation %(shown)s")),
    (r"'(?P<shown>.*)' stands twice", mark("%(shown)s stands twice")),
    (r"First at (?P<where>.*)\.", mark("First: %(where)s.")),
    (r"is not text", mark("this is not text")),
    (r"Save the table as CSV UTF-8\.", mark("Save the table as CSV UTF-8.")),
    (r"there is no post", mark("there is no post")),
    (r"(?P<posts_n>[\d,]+) posts and (?P<people_n>[\d,]+) people are more than is planned here",
     mark("%(posts)s posts and %(people)s people are more than is planned here")),
    (r"At most (?P<posts_n>[\d,]+) posts and (?P<people_n>[\d,]+) people; .*",
     mark("At most %(posts)s posts and %(people)s people; `peaceops plan` on your own machine has"
          " no such limit.")),
    (r"this problem needs more memory than there is for it",
     mark("this problem needs more memory than there is for it")),
    # what a changed workbook lacks
    (r"'(?P<shown>.*)': no such post", mark("there is no post %(shown)s in the tables")),
    (r"'(?P<shown>.*)': no such person", mark("there is no person %(shown)s in the tables")),
    (r"It is part of months that are history; keep its row in the table\.",
     mark("It is part of months that are history; keep its row in the table.")),
    # where rates come from
    (r"assumption of this project; replace it by your own figures",
     mark("assumption of this project; replace it by your own figures")),
    (r"given in the problem", mark("given in the problem")),
    (r"entered for this simulation", mark("entered for this simulation")),
    # a template
    (r"no operation of this choice runs in these months",
     mark("no operation of this choice runs in these months")),
    (r"Choose other months, frameworks or hosts\.",
     mark("Choose other months, frameworks or hosts.")),
)  # fmt: skip
