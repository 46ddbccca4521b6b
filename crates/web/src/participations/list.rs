//! The organisations of a cycle: filtered, page by page.

use axum::extract::{Path, Query, State};
use domain::access::Regions;
use domain::areas::{Area, AreaCode, AreaKind};
use domain::organisations::OrganisationKind;
use domain::participations::ParticipationState;
use domain::roles::Right;
use serde::{Deserialize, Serialize};
use storage::areas;
use storage::participations::{Listing, ParticipationFilter, ParticipationLine, Window};

use super::{base, colour};
use crate::content::{Cell, Choice, Column, Pagination, Table};
use crate::cycles::CyclePlace;
use crate::error::Answer;
use crate::page::{Layout, Page};
use crate::route::encode;
use crate::session::Signed;
use crate::state::WebState;

const PER_PAGE: usize = 50;

/// What is asked for in the address. What cannot be understood does not filter.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct FilterForm {
    /// The code of a region.
    region: String,
    /// The code of a kind.
    kind: String,
    /// The code of a state.
    state: String,
    /// Part of a name or code.
    text: String,
    /// The page, from 1.
    page: String,
}

impl FilterForm {
    fn filter(&self) -> ParticipationFilter {
        ParticipationFilter {
            region: (!self.region.is_empty()).then(|| AreaCode::new(&self.region)),
            kind: OrganisationKind::from_code(&self.kind),
            state: ParticipationState::from_code(&self.state),
            text: self.text.clone(),
        }
    }

    fn page(&self) -> usize {
        self.page.parse().unwrap_or(1).clamp(1, 10_000)
    }

    /// The address of the list with this filter, up to the number of the page.
    fn address(&self, list: &str) -> String {
        format!(
            "{list}?region={}&kind={}&state={}&text={}&page=",
            encode(&self.region),
            encode(&self.kind),
            encode(&self.state),
            encode(&self.text)
        )
    }
}

/// The list of organisations.
#[derive(Clone, Debug, Serialize)]
pub struct OrganisationsPage {
    /// The frame.
    pub layout: Layout,
    /// The cycle's name.
    pub cycle: String,
    /// The address of the list.
    pub address: String,
    /// What is asked for.
    pub form: FilterForm,
    /// The regions that the person may see; empty where there is nothing to choose.
    pub regions: Vec<Choice>,
    /// The kinds of organisation.
    pub kinds: Vec<Choice>,
    /// The states.
    pub states: Vec<Choice>,
    /// The organisations of this page.
    pub table: Table,
    /// The way to the other pages.
    pub pagination: Option<Pagination>,
    /// Whether the person may invite more.
    pub may_invite: bool,
}

/// Shows one page of the list, with the organisations of the regions that the person may see.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<CyclePlace>,
    Query(form): Query<FilterForm>,
    layout: Layout,
) -> Answer {
    let window = Window {
        offset: ((form.page() - 1) * PER_PAGE) as i64,
        limit: PER_PAGE as i64,
    };
    let (cycle, listing) =
        app::participations::list(&state.app, &who.actor, &place.cycle, &form.filter(), window).await?;
    let mut conn = state.app.reader().conn().await?;
    let regions = areas::list_of_kind(&mut conn, AreaKind::Region).await?;
    let seen = who.actor.regions_with(Right::SeeProgress);
    let mut page = page(layout, (&place.cycle, &cycle.name), form, &listing);
    page.regions = region_choices(&regions, &seen);
    page.may_invite = who.actor.has_anywhere(Right::ManageParticipations);
    Ok(state.templates.show(&page))
}

fn region_choices(regions: &[Area], seen: &Regions) -> Vec<Choice> {
    let mut choices = Vec::new();
    for region in regions {
        let is_seen = match seen {
            Regions::All => true,
            Regions::Only(codes) => codes.contains(&region.code),
        };
        if is_seen {
            choices.push(Choice::new(region.code.as_str(), &region.name));
        }
    }
    if choices.len() < 2 { Vec::new() } else { choices }
}

fn page(
    layout: Layout,
    (cycle, name): (&str, &str),
    form: FilterForm,
    listing: &Listing,
) -> OrganisationsPage {
    let address = format!("/cycles/{cycle}/organisations");
    let page_count = usize::try_from(listing.total).unwrap_or(0).div_ceil(PER_PAGE);
    let kinds = OrganisationKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.code(), kind.label()));
    let states = ParticipationState::ALL
        .iter()
        .map(|state| Choice::new(state.code(), state.label()));
    OrganisationsPage {
        layout: layout
            .titled("Organisations")
            .with_back(&format!("/cycles/{cycle}")),
        cycle: name.to_owned(),
        regions: Vec::new(),
        kinds: kinds.collect(),
        states: states.collect(),
        table: table(cycle, listing),
        pagination: Pagination::new(form.page(), page_count, &form.address(&address)),
        may_invite: false,
        address,
        form,
    }
}

fn table(cycle: &str, listing: &Listing) -> Table {
    let mut rows = Vec::new();
    for line in &listing.lines {
        rows.push(row(cycle, line));
    }
    let plural = if listing.total == 1 { "" } else { "s" };
    Table {
        caption: format!("{} organisation{plural}", listing.total),
        columns: vec![
            Column::words("Organisation"),
            Column::words("Code"),
            Column::words("Kind"),
            Column::words("Region"),
            Column::words("State"),
            Column::words("Mapping lead"),
        ],
        rows,
        when_empty: "No organisation is like this".to_owned(),
        ..Table::default()
    }
}

fn row(cycle: &str, line: &ParticipationLine) -> Vec<Cell> {
    let or_none = |text: &str| {
        if text.is_empty() {
            Cell::new("None")
        } else {
            Cell::new(text)
        }
    };
    vec![
        Cell::link(&line.name, &base(cycle, &line.code)),
        Cell::new(&line.code),
        Cell::new(line.kind.label()),
        or_none(&line.region_name),
        Cell::status(line.state.label(), colour(line.state)),
        or_none(&line.lead_name),
    ]
}

impl Page for OrganisationsPage {
    const TEMPLATE: &'static str = "participations/list.html";

    fn samples() -> Vec<OrganisationsPage> {
        let view = super::sample(ParticipationState::Invited);
        let line = ParticipationLine {
            organisation: view.organisation.id,
            code: view.organisation.code.clone(),
            name: view.organisation.name.clone(),
            kind: view.organisation.kind,
            region_name: "North West".to_owned(),
            state: ParticipationState::Invited,
            revision: 1,
            lead_name: String::new(),
        };
        let full = Listing {
            lines: vec![line],
            total: 397,
        };
        let empty = Listing {
            lines: Vec::new(),
            total: 0,
        };
        let cycle = ("2026-27", "Children's Services Mapping 2026/27");
        let mut usual = page(Layout::sample(""), cycle, FilterForm::default(), &full);
        usual.regions = vec![Choice::new("E12000002", "North West")];
        usual.may_invite = true;
        vec![
            usual,
            page(Layout::sample(""), cycle, FilterForm::default(), &empty),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_the_next_page_keeps_the_filter() {
        let form = FilterForm {
            text: "a&b c".to_owned(),
            kind: "nhs_trust".to_owned(),
            page: "0".to_owned(),
            ..FilterForm::default()
        };
        let listing = Listing {
            lines: Vec::new(),
            total: 101,
        };
        let page = page(Layout::new(""), ("2026-27", "Mapping"), form, &listing);
        let pagination = page.pagination.unwrap();
        assert_eq!(
            pagination.next.unwrap().href,
            "/cycles/2026-27/organisations?region=&kind=nhs_trust&state=&text=a%26b%20c&page=2"
        );
        assert_eq!(pagination.items.len(), 3);
    }
}
