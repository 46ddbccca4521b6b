//! The public page of a cycle: who was asked, who takes part and what has been mapped, by region (A01).

use crate::table::{Cell, Column, Raw, Table, TableBuilder, TableError, Unit};
use jiff::civil::Date;

/// One region of the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionLine {
    /// Name of the region.
    pub region: String,
    /// Organisations invited, those that declined included: they stay in the denominator (A01).
    pub invited: i64,
    /// Organisations that registered and did not decline.
    pub taking_part: i64,
    /// Organisations that said no; never counted as having no services.
    pub declined: i64,
    /// Organisations that signed their return off.
    pub signed_off: i64,
    /// Services described so far.
    pub services: i64,
    /// Staff of these services in thousandths of a WTE; none while no organisation has given any.
    pub wte_thousandths: Option<i64>,
    /// Organisations whose services make up the staff WTE.
    pub wte_organisations: u32,
}

/// Everything the public summary of a cycle is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicSummary {
    /// Name of the cycle, as in "2026/27".
    pub cycle: String,
    /// The last day of the cycle.
    pub closes_on: Date,
    /// The day on which the figures stood as shown.
    pub as_at: Date,
    /// One line for each region, in the order to be shown.
    pub regions: Vec<RegionLine>,
}

impl PublicSummary {
    /// The summary as a table, by region with a national total.
    ///
    /// A region without figures shows "not available", never zero provision (A01).
    pub fn table(&self) -> Result<Table<Raw>, TableError> {
        let caption = format!("Organisations, services and staff by region, {}", self.cycle);
        let source = format!("Returns of the organisations taking part in {}", self.cycle);
        let mut builder = TableBuilder::new(&caption, &source, self.as_at)
            .columns("Region", columns())
            .with_totals("All regions");
        for line in &self.regions {
            builder.row(&line.region, cells_of(line));
        }
        builder.footnote("Organisations that declined are counted among those invited.");
        builder.footnote(
            "Organisations that have given nothing are not counted as having no services or staff.",
        );
        if self.as_at <= self.closes_on {
            let closes = self.closes_on.strftime("%-d %B %Y");
            builder.footnote(&format!("The cycle is open until {closes}; figures will change."));
        }
        builder.build()
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("invited", "Organisations invited", Unit::Organisations),
        Column::new("taking_part", "Taking part", Unit::Organisations),
        Column::new("declined", "Declined", Unit::Organisations),
        Column::new("signed_off", "Signed off", Unit::Organisations),
        Column::new("services", "Services", Unit::Services),
        Column::new("staff_wte", "Staff WTE", Unit::Wte),
    ]
}

fn cells_of(line: &RegionLine) -> Vec<Cell> {
    vec![
        Cell::number(line.invited),
        Cell::number(line.taking_part),
        Cell::number(line.declined),
        Cell::number(line.signed_off),
        if line.taking_part == 0 {
            Cell::missing()
        } else {
            Cell::number(line.services)
        },
        line.wte_thousandths
            .map_or_else(Cell::missing, |wte| Cell::amount(wte, line.wte_organisations)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::{self, Audience, Safe};
    use crate::table::Value;
    use jiff::civil::date;

    fn region(region: &str, invited: i64, taking_part: i64, declined: i64) -> RegionLine {
        RegionLine {
            region: region.to_owned(),
            invited,
            taking_part,
            declined,
            signed_off: 0,
            services: 0,
            wte_thousandths: None,
            wte_organisations: 0,
        }
    }

    fn table(regions: Vec<RegionLine>) -> Table<Safe> {
        let (closes_on, as_at) = (date(2027, 2, 28), date(2026, 11, 20));
        let summary = PublicSummary {
            cycle: "2026/27".to_owned(),
            closes_on,
            as_at,
            regions,
        };
        disclosure::protect(summary.table().unwrap(), Audience::public()).unwrap()
    }

    /// A01: the trust that said no is one of the three asked.
    #[test]
    fn a_declining_trust_stays_in_the_denominator() {
        let table = table(vec![region("North West", 3, 1, 1), region("London", 2, 2, 0)]);
        assert_eq!(table.rows()[0].cells()[0].value(), &Value::Number(3));
        assert_eq!(table.totals().unwrap().cells()[0].value(), &Value::Number(5));
    }

    /// A01: silence is not zero provision.
    #[test]
    fn a_region_where_nobody_takes_part_has_no_number_of_services() {
        let table = table(vec![region("North West", 3, 0, 1)]);
        assert_eq!(table.rows()[0].cells()[4].value(), &Value::Missing);
        assert_eq!(table.rows()[0].cells()[5].value(), &Value::Missing);
        assert_eq!(table.totals().unwrap().cells()[5].value(), &Value::Missing);
    }

    #[test]
    fn staff_of_a_region_that_rests_on_few_organisations_is_hidden_and_so_is_its_shadow() {
        let mut north = region("North West", 30, 20, 0);
        (north.wte_thousandths, north.wte_organisations) = (Some(812_400), 12);
        let mut london = region("London", 33, 2, 0);
        (london.wte_thousandths, london.wte_organisations) = (Some(40_250), 2);
        let mut east = region("East of England", 12, 9, 0);
        (east.wte_thousandths, east.wte_organisations) = (Some(301_700), 8);
        let table = table(vec![north, london, east]);
        let staff: Vec<&Value> = table.rows().iter().map(|row| row.cells()[5].value()).collect();
        assert_eq!(staff, [&Value::Number(812_000), &Value::Hidden, &Value::Hidden]);
        assert_eq!(
            table.totals().unwrap().cells()[5].value(),
            &Value::Number(1_154_000)
        );
    }
}
