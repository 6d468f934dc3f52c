//! `team_slave`: a port of a team, which tells nothing of it.

use super::Kind;

pub(super) const KIND: Kind = Kind::plain("team_slave", "a port of a team");
