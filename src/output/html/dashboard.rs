//! The page of `gti report`: figures as charts and tables.

use std::fmt::Write;

use super::{Page, document, escape};
use crate::model::grouped::grouped;
use crate::output::report::{Panel, Report};

/// The looks are those of other pages, and a grid of panels.
const STYLE: &str = concat!(
    include_str!("object/style.css"),
    include_str!("dashboard.css")
);

/// Sorts a table by the column whose heading is clicked.
const SCRIPT: &str = include_str!("dashboard.js");

/// Bars of a chart; the table below it has more.
const MOST_BARS: usize = 12;

/// The size of a chart, and of what is in it.
const WIDTH: u64 = 560;
const LABELS: u64 = 200;
const COUNTS: u64 = 60;
const ROW: u64 = 24;

/// A label is cut to so many characters; the table has it whole.
const LABEL: usize = 26;

/// The whole page.
pub(crate) fn dashboard(report: &Report) -> String {
    let mut body = format!(
        "<h1>Google Threat Intelligence: report</h1>\n<p>{}.</p>\n<p class=\"dim\">Written {}</p>\n<div class=\"panels\">\n",
        escape(&report.summary()),
        escape(&report.written_at),
    );
    for (index, panel) in report.panels.iter().enumerate() {
        // Writing to a string can't fail, here and below.
        let _ = write!(
            body,
            "<section aria-labelledby=\"panel-{index}\">\n<h2 id=\"panel-{index}\">{}</h2>\n{}{}</section>\n",
            escape(&panel.title),
            chart(panel, index),
            table(panel),
        );
    }
    body.push_str("</div>\n");
    if !report.flagged.is_empty() {
        let rows = report.flagged.iter().fold(String::new(), |mut rows, one| {
            let _ = writeln!(
                rows,
                "<tr><td>{}</td><td>{}</td><td><span class=\"{2}\">{2}</span></td><td>{3}</td><td data-n=\"{4}\">{5}</td><td>{6}</td></tr>",
                escape(&crate::output::export::unclickable(&one.value)),
                escape(&one.kind),
                escape(&one.verdict),
                escape(&one.severity),
                one.score.unwrap_or(-1),
                one.score.map(|score| score.to_string()).unwrap_or_default(),
                escape(one.time.as_deref().unwrap_or_default()),
            );
            rows
        });
        let heads = ["Indicator", "Type", "Verdict", "Severity", "Score", "Time"];
        let _ = write!(
            body,
            "<section aria-labelledby=\"worst\">\n<h2 id=\"worst\">The worst of {} flagged indicators</h2>\n{}</section>\n",
            grouped(report.flagged_count),
            sortable("The worst indicators", &heads, &rows),
        );
    }
    document(&Page {
        title: "Google Threat Intelligence: report",
        style: STYLE,
        script: Some(SCRIPT),
        frames: &[],
        body: &body,
    })
}

/// A table that can be sorted, in a region that scrolls.
fn sortable(label: &str, heads: &[&str], rows: &str) -> String {
    let heads = heads.iter().fold(String::new(), |mut all, head| {
        let _ = write!(
            all,
            "<th scope=\"col\"><button type=\"button\">{}</button></th>",
            escape(head)
        );
        all
    });
    format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">\n<table class=\"sortable\">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n",
        escape(label),
    )
}

fn table(panel: &Panel) -> String {
    let mut rows = panel.bars.iter().fold(String::new(), |mut rows, bar| {
        let _ = writeln!(
            rows,
            "<tr><td>{}</td><td data-n=\"{1}\">{2}</td></tr>",
            escape(&bar.name),
            bar.count,
            grouped(bar.count),
        );
        rows
    });
    if panel.others > 0 {
        let _ = writeln!(
            rows,
            "<tr><td>others</td><td data-n=\"{}\">{}</td></tr>",
            panel.others,
            grouped(panel.others),
        );
    }
    let title = &panel.title;
    format!(
        "<details>\n<summary>As a table</summary>\n{}</details>\n",
        sortable(title, &["What", "Count"], &rows),
    )
}

/// Horizontal bars; of times the last ones.
fn chart(panel: &Panel, index: usize) -> String {
    let skipped = if panel.name.ends_with("_day") {
        panel.bars.len().saturating_sub(MOST_BARS)
    } else {
        0
    };
    let bars: Vec<_> = panel.bars.iter().skip(skipped).take(MOST_BARS).collect();
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1);
    let height = ROW * bars.len() as u64;
    let room = WIDTH - LABELS - COUNTS;
    let mut drawn = String::new();
    for (row, bar) in (0_u64..).zip(&bars) {
        let y = row * ROW;
        let scaled = u128::from(bar.count) * u128::from(room) / u128::from(most);
        let width = u64::try_from(scaled).unwrap_or(room).max(1);
        let mut label: String = bar.name.chars().take(LABEL).collect();
        if label.len() < bar.name.len() {
            label.push('…');
        }
        let _ = writeln!(
            drawn,
            "<g><title>{}: {}</title><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text><rect class=\"bar\" x=\"{LABELS}\" y=\"{}\" width=\"{width}\" height=\"16\"/><text x=\"{}\" y=\"{}\">{}</text></g>",
            escape(&bar.name),
            bar.count,
            LABELS - 8,
            y + 16,
            escape(&label),
            y + 4,
            LABELS + width + 6,
            y + 16,
            grouped(bar.count),
        );
    }
    format!(
        "<svg role=\"img\" aria-labelledby=\"chart-{index}\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\">\n<title id=\"chart-{index}\">{}</title>\n{drawn}</svg>\n",
        escape(&panel.title),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::output::report::{Bar, Flagged};

    fn sample(text: &str, count: u64) -> Report {
        Report {
            written_at: "2026-01-02T03:04:05Z".to_owned(),
            records: 3,
            unread: 1,
            flagged_count: 1,
            panels: vec![Panel {
                name: "indicators_by_day".to_owned(),
                title: "Indicators over time".to_owned(),
                bars: (0..15)
                    .map(|at| Bar {
                        name: format!("{text}{at}"),
                        count: count + at,
                    })
                    .collect(),
                others: 7,
            }],
            flagged: vec![Flagged {
                value: text.to_owned(),
                kind: text.to_owned(),
                verdict: "malicious".to_owned(),
                severity: text.to_owned(),
                score: Some(87),
                time: Some(text.to_owned()),
            }],
        }
    }

    #[test]
    fn a_page_has_a_chart_and_a_table_for_each_panel() {
        let page = dashboard(&sample("evil.example", 2_000));
        assert_eq!(page.matches("<rect ").count(), MOST_BARS);
        assert!(page.contains("evil[.]example"), "{page}");
        assert!(page.contains("2,014") && page.contains(">others<"));
        assert!(page.contains("3 records, 1 flagged indicator, 1 line is no record."));
        assert!(page.contains("script-src &#39;sha256-"));
        let text = sample("a|b", 1).markdown();
        assert!(text.contains("| a\\|b0 | 1 |"), "{text}");
        assert!(text.contains("| others | 7 |"), "{text}");
    }

    proptest! {
        #[test]
        fn no_text_gets_out_of_its_place(text in "\\PC{0,30}|[ -~]{0,30}", count in any::<u32>()) {
            let plain = dashboard(&sample("q", 1));
            let page = dashboard(&sample(&text, u64::from(count)));
            for mark in ['<', '>', '"'] {
                prop_assert_eq!(page.matches(mark).count(), plain.matches(mark).count());
            }
        }
    }
}
