/** One set of colours for light places and one for dark, those of the pictures; paper is light. */
export const resultPageStyle = `
:root{--paper:#fdfdfc;--ink:#24292f;--soft:#57606a;--line:#d8dee4;--panel:#f4f3f0;--mark:#2f6fb0;
color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--paper:#16191d;--ink:#e4e8ec;--soft:#9aa4af;
--line:#343b44;--panel:#1e2227;--mark:#74aee6}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:980px;margin:0 auto;padding:32px 24px 48px}
h1{font-size:24px;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:16px;margin:32px 0 8px}
p{margin:0 0 8px;overflow-wrap:anywhere}
.soft,dt,caption,th{color:var(--soft)}
.verdict{border-left:4px solid var(--mark);background:var(--panel);padding:16px 20px;margin:20px 0}
.verdict strong{display:block;font-size:20px;letter-spacing:.02em}
.verdict p:last-child{margin:0}
dl{display:grid;grid-template-columns:minmax(120px,200px) 1fr;gap:4px 16px;margin:0}
dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;padding-bottom:4px}
th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);
vertical-align:top;font-weight:400}
th.number,td.number{text-align:right;white-space:nowrap}
figure{margin:0;overflow-x:auto}
img{display:block;max-width:none;height:auto}
td code{display:block;color:var(--soft)}
code{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
@media(max-width:600px){main{padding:20px 16px 32px}dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:8px}}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--panel:#fff;--mark:#000;
color-scheme:light}
body{font-size:8pt;line-height:1.25}main{max-width:none;padding:0}
h1{font-size:14pt}h2{font-size:9.5pt;margin:7pt 0 2pt}.verdict{padding:4pt 10pt;margin:6pt 0}
.verdict strong{font-size:12pt}code{font-size:7.5pt}dl{gap:0 12pt}
th,td{padding:1pt 8pt 1pt 0}td code{display:inline;margin-left:6pt}
img{max-width:100%;max-height:32mm;width:auto}figure{overflow:visible;display:inline-block}
figure:has(+figure),figure+figure{width:49%;vertical-align:top}
section,table,figure,.verdict{break-inside:avoid}}
@page{size:A4;margin:10mm}`
