"""The style sheet of the pages: one column on a phone, two on a desk, light or dark as the reader prefers."""

from typing import Final

STYLE: Final = """
:root{color-scheme:light dark;--ground:#f6f5f2;--card:#fff;--ink:#1d1c1a;--soft:#6b6862;--line:#e4e1db;
--accent:#1f6f5c;--tint:#e6f1ee;--radius:14px}
@media (prefers-color-scheme:dark){:root{--ground:#161614;--card:#21201e;--ink:#efece6;--soft:#a5a098;--line:#36342f;
--accent:#6cc5ac;--tint:#1d322c}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
.wrap{max-width:980px;margin:0 auto;padding:0 20px}
.top{border-bottom:1px solid var(--line);background:var(--card)}
.top .wrap{display:flex;align-items:center;gap:10px;height:58px}
.top span:last-child{color:var(--soft);font-size:14px}
.mark{width:22px;height:22px;border-radius:7px;background:linear-gradient(135deg,var(--accent),#c9a227)}
main{padding-top:32px!important;padding-bottom:24px!important}
h1{font-size:clamp(24px,4vw,32px);line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
h2{font-size:18px;margin:32px 0 12px}
p{margin:0 0 12px}
a{color:var(--accent)}
.soft{color:var(--soft)}
.small{font-size:14px}
.card{background:var(--card);border:1px solid var(--line);border-radius:var(--radius);padding:20px}
.lone{max-width:520px;margin:48px auto;text-align:center;padding:40px 28px}
.code{font-size:52px;font-weight:700;color:var(--line);margin:0;line-height:1}
.notice{background:var(--tint);border-radius:var(--radius);padding:14px 18px;margin:18px 0 24px}
.lines{list-style:none;margin:0;padding:0}
.lines li{display:grid;grid-template-columns:84px 1fr auto;gap:18px;padding:18px 0;border-bottom:1px solid var(--line);
align-items:start}
.lines li:first-child{padding-top:0}
.lines li:last-child{border-bottom:0;padding-bottom:0}
.lines .pic{display:flex;justify-content:center}
.lines img{max-width:84px;max-height:110px;width:auto}
.lines a{color:inherit;text-decoration:none;font-weight:600}
.lines a:hover{text-decoration:underline}
img{height:auto;border-radius:6px;background:var(--line)}
.amount{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.amount b{display:block;font-size:17px}
.sum{display:flex;justify-content:space-between;align-items:baseline;margin-top:18px;padding:18px 20px;
background:var(--tint);border-radius:var(--radius);font-size:18px}
.sum b{font-size:24px;font-variant-numeric:tabular-nums}
.faded{opacity:.75}
.product{display:grid;grid-template-columns:minmax(160px,300px) 1fr;gap:36px;align-items:start}
.product>img{width:100%}
.price{font-size:28px;font-weight:700;margin:14px 0 2px}
.crumbs{font-size:14px;color:var(--soft);margin-bottom:14px}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:18px 0;font-size:15px}
.facts dt{color:var(--soft)}
.facts dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:15px}
th{text-align:left;color:var(--soft);font-weight:500;font-size:13px}
th,td{padding:10px 12px 10px 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
td:last-child,th:last-child{text-align:right;padding-right:0;font-variant-numeric:tabular-nums;white-space:nowrap}
footer{color:var(--soft);font-size:13px;padding-top:16px!important;padding-bottom:40px!important}
@media (max-width:640px){.product{grid-template-columns:1fr}.product>img{max-width:220px}
.lines li{grid-template-columns:64px 1fr}.lines .pic{grid-row:1/span 2}
.lines .pic img{max-width:64px}.amount{grid-column:2;text-align:left}}
"""
