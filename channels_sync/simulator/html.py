"""Pieces of the control pages; they work without scripts."""

from collections.abc import Iterable, Mapping
from html import escape

CONTROL_PATH = "/_control"
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:1rem;max-width:80rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
td,th{border:1px solid #ccc;padding:.4rem;text-align:left;overflow-wrap:anywhere}
form{display:inline}button,input,select{font:inherit;padding:.3rem .6rem;margin:.15rem}
select{max-width:100%}
nav a{margin-right:1rem}.wide{overflow-x:auto}.wide table{min-width:46rem}
label{margin-right:.6rem;white-space:nowrap}input[type=number]{width:6rem}dt{font-weight:bold}
"""


def document(title: str, content: str, *, notice: str = "") -> str:
    """Draw a whole page; ``notice`` is what the last button had to say."""
    told = f"<p><strong>{escape(notice)}</strong></p>" if notice else ""
    return f"""<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{escape(title)}</title><style>{STYLE}</style></head><body>
<h1>{escape(title)}</h1>{told}{content}</body></html>"""


def form(action: str, text: str, content: str = "", **fields: str) -> str:
    """Draw a button with hidden fields and, before it, fields of its own (HTML)."""
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    target = f'method="post" action="{CONTROL_PATH}/{action}"'
    return f"<form {target}>{hidden}{content}<button>{text}</button></form>"


def options(choices: Mapping[str, str]) -> str:
    return "".join(
        f'<option value="{escape(value)}">{escape(text)}</option>'
        for value, text in choices.items()
    )


def table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """Draw rows of HTML under their heads."""
    top = "".join(f"<th>{head}</th>" for head in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    if not body:
        return "<p>还没有</p>"
    return f'<div class="wide"><table><tr>{top}</tr>{body}</table></div>'
