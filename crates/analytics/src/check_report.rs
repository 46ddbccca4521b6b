//! The check report: what an organisation has entered, to be read before it signs off (A10).

use crate::table::{Cell, Column, Raw, Table, TableBuilder, TableError, Unit};
use jiff::civil::Date;

/// What one service of the organisation says in the cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceLine {
    /// Name of the service.
    pub service: String,
    /// The reference by which the organisation knows it; empty where there is none.
    pub reference: String,
    /// How far its return has come, in words.
    pub state: String,
    /// Staff in post, in thousandths of a WTE; none while not given.
    pub wte_thousandths: Option<i64>,
    /// Total cost in pence; none while not given.
    pub cost_pence: Option<i64>,
    /// Children on the caseload; none while not given.
    pub caseload: Option<i64>,
    /// Whether anybody changed an answer since the cycle opened; an untouched service was only carried over.
    pub is_edited_this_cycle: bool,
    /// Labels of what is required and not yet given.
    pub missing: Vec<String>,
}

/// Everything the check report of one organisation is made from; the dates are those of the cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Name of the organisation.
    pub organisation: String,
    /// Name of the cycle, as in "2026/27".
    pub cycle: String,
    /// The day the cycle opened.
    pub opens_on: Date,
    /// The last day of the cycle.
    pub closes_on: Date,
    /// The day on which the report is read.
    pub as_at: Date,
    /// One line for each service, in the order to be shown.
    pub services: Vec<ServiceLine>,
}

impl CheckReport {
    /// The report as a table: one row for each service and totals that tie to the rows (A10).
    ///
    /// Figures not given are shown as not available, are left out of the totals and are counted in the notes.
    pub fn table(&self) -> Result<Table<Raw>, TableError> {
        let caption = format!("Check report for {}, {}", self.organisation, self.cycle);
        let mut builder = TableBuilder::new(&caption, &self.source(), self.as_at)
            .columns("Service", self.columns())
            .with_totals("Total");
        for line in &self.services {
            builder.row(&line.service, cells_of(line));
        }
        for note in self.notes() {
            builder.footnote(&note);
        }
        builder.build()
    }

    fn columns(&self) -> Vec<Column> {
        let service_count = self.services.len();
        let edited_count = self
            .services
            .iter()
            .filter(|line| line.is_edited_this_cycle)
            .count();
        let incomplete_count = self
            .services
            .iter()
            .filter(|line| !line.missing.is_empty())
            .count();
        vec![
            Column::new("reference", "Reference", Unit::Text),
            Column::new("state", "State", Unit::Text),
            Column::new("teams_mapped", "Teams mapped", Unit::Services),
            Column::new("staff_wte", "Staff WTE", Unit::Wte),
            Column::new("cost", "Cost", Unit::Pence),
            Column::children("caseload", "Caseload"),
            Column::new("edited", "Edited this cycle", Unit::Text)
                .with_total_text(&format!("{edited_count} of {service_count}")),
            Column::new("missing", "What is missing", Unit::Text)
                .with_total_text(&format!("{incomplete_count} of {service_count} incomplete")),
        ]
    }

    fn source(&self) -> String {
        format!("Returns of {} for {}, as entered", self.organisation, self.cycle)
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let gaps = [
            (
                "staff WTE",
                self.services
                    .iter()
                    .filter(|line| line.wte_thousandths.is_none())
                    .count(),
            ),
            (
                "cost",
                self.services
                    .iter()
                    .filter(|line| line.cost_pence.is_none())
                    .count(),
            ),
            (
                "caseload",
                self.services
                    .iter()
                    .filter(|line| line.caseload.is_none())
                    .count(),
            ),
        ];
        for (figure, count) in gaps {
            if count > 0 {
                let services = if count == 1 {
                    "1 service has".to_owned()
                } else {
                    format!("{count} services have")
                };
                notes.push(format!("{services} no {figure} yet; the total leaves them out."));
            }
        }
        let opened = self.opens_on.strftime("%-d %B %Y");
        let closes = self.closes_on.strftime("%-d %B %Y");
        notes.push(format!(
            "Edited this cycle means that an answer was changed since the cycle opened on {opened}."
        ));
        notes.push(format!("The cycle closes on {closes}."));
        notes
    }
}

fn cells_of(line: &ServiceLine) -> Vec<Cell> {
    let amount = |value: Option<i64>| value.map_or_else(Cell::missing, |value| Cell::amount(value, 1));
    vec![
        Cell::text(&line.reference),
        Cell::text(&line.state),
        Cell::number(1),
        amount(line.wte_thousandths),
        amount(line.cost_pence),
        amount(line.caseload),
        Cell::text(if line.is_edited_this_cycle { "Yes" } else { "No" }),
        Cell::text(&line.missing.join("; ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::{self, Audience};
    use crate::table::Value;
    use jiff::civil::date;

    /// Five teams of a published exercise (A10): WTE, cost and caseload of each.
    const TEAMS: [(i64, i64, i64); 5] = [
        (3_500, 22_032_000, 15),
        (8_900, 36_867_200, 197),
        (18_350, 79_487_900, 239),
        (9_050, 42_185_600, 120),
        (21_850, 80_903_300, 232),
    ];

    fn report() -> CheckReport {
        let mut services = Vec::new();
        for (position, (wte_thousandths, cost_pence, caseload)) in TEAMS.into_iter().enumerate() {
            services.push(ServiceLine {
                service: format!("Team {}", position + 1),
                reference: format!("T{}", position + 1),
                state: "Complete".to_owned(),
                wte_thousandths: Some(wte_thousandths),
                cost_pence: Some(cost_pence),
                caseload: Some(caseload),
                is_edited_this_cycle: position == 0,
                missing: Vec::new(),
            });
        }
        CheckReport {
            organisation: "Urbanham".to_owned(),
            cycle: "2026/27".to_owned(),
            opens_on: date(2026, 11, 2),
            closes_on: date(2027, 2, 28),
            as_at: date(2026, 11, 20),
            services,
        }
    }

    fn totals(report: &CheckReport) -> Vec<Value> {
        let table = disclosure::protect(report.table().unwrap(), Audience::OwnOrganisation).unwrap();
        table
            .totals()
            .unwrap()
            .cells()
            .iter()
            .map(|cell| cell.value().clone())
            .collect()
    }

    #[test]
    fn the_published_five_teams_tie_to_their_totals() {
        let totals = totals(&report());
        let expected = [5, 61_650, 261_476_000, 803].map(Value::Number);
        assert_eq!(totals[2..6], expected);
        assert_eq!(totals[6], Value::Text("1 of 5".into()));
        assert_eq!(totals[7], Value::Text("0 of 5 incomplete".into()));
    }

    #[test]
    fn changing_one_team_from_232_to_239_moves_the_total_by_7() {
        let mut report = report();
        report.services[4].caseload = Some(239);
        assert_eq!(totals(&report)[5], Value::Number(810));
    }

    #[test]
    fn a_service_without_cost_is_not_counted_as_free() {
        let mut report = report();
        report.services[0].cost_pence = None;
        report.services[0].missing = vec!["Total cost".to_owned(), "Main base".to_owned()];
        let table = disclosure::protect(report.table().unwrap(), Audience::OwnOrganisation).unwrap();
        assert_eq!(table.rows()[0].cells()[4].value(), &Value::Missing);
        assert_eq!(
            table.rows()[0].cells()[7].value(),
            &Value::Text("Total cost; Main base".into())
        );
        assert_eq!(
            table.totals().unwrap().cells()[4].value(),
            &Value::Number(239_444_000)
        );
        assert_eq!(
            table.footnotes()[0],
            "1 service has no cost yet; the total leaves them out."
        );
    }

    #[test]
    fn the_notes_give_the_dates_of_the_cycle() {
        let table = report().table().unwrap();
        assert!(
            table
                .footnotes()
                .iter()
                .any(|note| note == "The cycle closes on 28 February 2027.")
        );
    }

    #[test]
    fn the_public_does_not_see_the_figures_of_single_services() {
        let table = disclosure::protect(report().table().unwrap(), Audience::public()).unwrap();
        for row in table.rows() {
            assert_eq!(
                row.cells()[3].value(),
                &Value::Hidden,
                "staff WTE of {}",
                row.label()
            );
            assert_eq!(row.cells()[4].value(), &Value::Hidden, "cost of {}", row.label());
        }
    }

    #[test]
    fn an_organisation_with_no_services_has_a_report_of_zeros() {
        let report = CheckReport {
            services: Vec::new(),
            ..report()
        };
        assert_eq!(totals(&report)[2..6], [0, 0, 0, 0].map(Value::Number));
    }
}
