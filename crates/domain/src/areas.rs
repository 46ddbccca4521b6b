//! Places with a code and the years for which it holds.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A statistical code of a place, such as `E06000009` (GSS).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AreaCode(String);

impl AreaCode {
    /// A code as written in the source, trimmed.
    pub fn new(code: &str) -> Self {
        Self(code.trim().to_owned())
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for AreaCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What sort of place a code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaKind {
    /// The country.
    Country,
    /// One of the nine regions of England.
    Region,
    /// County, unitary, metropolitan district or London borough: the authorities with children's services.
    UpperTierAuthority,
    /// The area of an integrated care board.
    IntegratedCareBoard,
}

impl AreaKind {
    /// The code kept in files and the database.
    pub fn code(self) -> &'static str {
        match self {
            AreaKind::Country => "country",
            AreaKind::Region => "region",
            AreaKind::UpperTierAuthority => "upper_tier_authority",
            AreaKind::IntegratedCareBoard => "integrated_care_board",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [
            AreaKind::Country,
            AreaKind::Region,
            AreaKind::UpperTierAuthority,
            AreaKind::IntegratedCareBoard,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }
}

/// A place, with the years for which its code holds: `[valid_from, valid_to)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its statistical code.
    pub code: AreaCode,
    /// Its name.
    pub name: String,
    /// What sort of place.
    pub kind: AreaKind,
    /// The larger area that it lies in.
    pub parent: Option<AreaCode>,
    /// The edition of the code list, such as `2026-06`.
    pub vintage: String,
    /// First day on which the code holds, where known.
    pub valid_from: Option<Date>,
    /// First day on which it no longer holds.
    pub valid_to: Option<Date>,
    /// Where the row comes from.
    pub source: String,
}

/// One code giving way to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// The code that ended.
    pub predecessor: String,
    /// The code that took over.
    pub successor: String,
    /// The first day of the successor, where known.
    pub on: Option<Date>,
    /// Merged, split or recoded, and how sure we are.
    pub note: String,
}
