//! Tables that the tests of this room write.

use analytics::check_report::{CheckReport, ServiceLine};
use analytics::disclosure::{self, Audience, Safe};
use analytics::public_summary::{PublicSummary, RegionLine};
use analytics::table::{Cell, Column, Table, TableBuilder, Unit};
use jiff::civil::date;

/// The check report of the five published teams (A10), for their own organisation.
pub(crate) fn check_report() -> Table<Safe> {
    let teams = [
        (3_500, 220_320, 15),
        (8_900, 368_672, 197),
        (18_350, 794_879, 239),
        (9_050, 421_856, 120),
        (21_850, 809_033, 232),
    ];
    let mut services = Vec::new();
    for (position, (wte_thousandths, pounds, caseload)) in teams.into_iter().enumerate() {
        services.push(ServiceLine {
            service: format!("Team {}", position + 1),
            reference: format!("T{}", position + 1),
            state: "Complete".to_owned(),
            wte_thousandths: Some(wte_thousandths),
            cost_pence: Some(pounds * 100),
            caseload: Some(caseload),
            is_edited_this_cycle: position == 0,
            missing: Vec::new(),
        });
    }
    let report = CheckReport {
        organisation: "Urbanham".to_owned(),
        cycle: "2026/27".to_owned(),
        opens_on: date(2026, 11, 2),
        closes_on: date(2027, 2, 28),
        as_at: date(2026, 11, 20),
        services,
    };
    disclosure::protect(report.table().unwrap(), Audience::OwnOrganisation).unwrap()
}

/// A public summary in which one region is hidden for its own sake, one to protect it, and one is silent.
pub(crate) fn public_summary() -> Table<Safe> {
    let regions = [
        ("North West", 12, Some(812_400)),
        ("London", 2, Some(40_250)),
        ("East of England", 8, Some(301_700)),
        ("South West", 0, None),
    ];
    let mut lines = Vec::new();
    for (region, organisations, wte_thousandths) in regions {
        lines.push(RegionLine {
            region: region.to_owned(),
            invited: 30,
            taking_part: i64::from(organisations),
            declined: 1,
            signed_off: 0,
            services: i64::from(organisations) * 3,
            wte_thousandths,
            wte_organisations: organisations,
        });
    }
    let summary = PublicSummary {
        cycle: "2026/27".to_owned(),
        closes_on: date(2027, 2, 28),
        as_at: date(2026, 11, 20),
        regions: lines,
    };
    disclosure::protect(summary.table().unwrap(), Audience::public()).unwrap()
}

/// A table of words only, each as label and as cell.
pub(crate) fn words(words: &[&str]) -> Table<Safe> {
    let column = Column::new("words", "Words", Unit::Text);
    let mut builder = TableBuilder::new("Words", "Test", date(2026, 11, 20)).columns("Label", vec![column]);
    for word in words {
        builder.row(word, vec![Cell::text(word)]);
    }
    disclosure::protect(builder.build().unwrap(), Audience::OwnOrganisation).unwrap()
}
