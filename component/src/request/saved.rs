//! A request for a saved query: parameters by their names, beside the options of every query.

use std::collections::BTreeMap;

use polaroid_sql::params::declared;

use super::{Given, OPTIONS, QueryRequest, Received, body, route};
use crate::error::{Error, Kind, Result};
use crate::saved::{SavedQuery, Value};

impl Received {
    /// The query that `GET` or `POST /queries/NAME` asks for. `body` is empty, or JSON: the options, and the parameters
    /// as `params`. The URL may have both as well.
    pub fn asked_of(&self, saved: &SavedQuery, body: &[u8]) -> Result<QueryRequest> {
        let mut values = Values::default();
        let mut options = Vec::new();
        for pair in route::pairs(&self.target) {
            let (name, value) = pair?;
            match name.as_str() {
                "sql" => return Err(has_sql()),
                "params" => {
                    return Err(Error::new(
                        Kind::InvalidOption,
                        "params is for the body; a URL has the parameters of a saved query by their names",
                    ));
                }
                option if OPTIONS.contains(&option) => options.push(Ok((name, value))),
                _ => values.add(name, Value::Text(value))?,
            }
        }
        let mut given = self.posted_options(body)?;
        if given.sql.is_some() {
            return Err(has_sql());
        }
        if let Some(params) = given.params.take() {
            let members = declared::members(&params)
                .map_err(|why| Error::new(Kind::InvalidParameter, format!("params: {why}")))?;
            for (name, raw) in members {
                values.add(name, Value::Json(raw))?;
            }
        }
        let given = Given { sql: Some(saved.sql.clone()), ..given.or(route::given(options.into_iter())?)? };
        let params = saved.values(values.0)?;
        Ok(QueryRequest { params, ..given.validate(self.accept.as_deref())? })
    }

    fn posted_options(&self, body: &[u8]) -> Result<Given> {
        if body.trim_ascii().is_empty() {
            return Ok(Given::default());
        }
        match body::kind(self.content_type.as_deref(), body)? {
            body::Kind::Json => body::json(body, "an object with \"params\""),
            _ => Err(Error::new(
                Kind::UnsupportedMediaType,
                "a saved query takes application/json, {\"params\": {…}}, or no body",
            )),
        }
    }
}

/// Values by the names of their parameters.
#[derive(Default)]
struct Values(BTreeMap<String, Value>);

impl Values {
    fn add(&mut self, name: String, value: Value) -> Result<()> {
        let shown = name.escape_debug().to_string();
        match self.0.insert(name, value) {
            None => Ok(()),
            Some(_) => {
                Err(Error::new(Kind::InvalidParameter, format!("parameter \"{shown}\" is given twice")))
            }
        }
    }
}

fn has_sql() -> Error {
    Error::new(Kind::InvalidOption, "a saved query has its SQL; POST /query takes another")
}
