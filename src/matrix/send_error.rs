//! How a request to the homeserver can fail, by what is to be done about it.

use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

/// Why a request to the homeserver failed. Each variant asks for another reaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It was certainly not accepted (no connection, 429, 503): the same again later.
    #[error("the homeserver can't be reached or asks us to wait; the bridge tries again by itself")]
    Transient {
        /// How long the homeserver asks us to wait.
        retry_after: Option<Duration>,
    },
    /// It may or may not have been accepted (timeout, connection lost, 5xx): look before sending it again.
    #[error(
        "the homeserver didn't say whether it accepted a request; the bridge looks before it tries again"
    )]
    Uncertain,
    /// It was refused for good: sending the same again would be refused again.
    #[error("the homeserver refused a request: {message} ({code})")]
    Rejected {
        /// Matrix error code, such as `M_FORBIDDEN`.
        code: String,
        /// The homeserver's words, for the operator.
        message: String,
    },
    /// What answered isn't a homeserver, or the request could not even be written. To be mended by a person.
    #[error("{0}")]
    Broken(String),
}

impl SendError {
    /// Whether the homeserver refused with this Matrix error code.
    pub fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Rejected { code, .. } if code == wanted)
    }

    /// How long the homeserver asked us to wait, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Transient { retry_after } => *retry_after,
            _ => None,
        }
    }

    /// Whether the same request may succeed later without anyone mending anything.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Transient { .. } | Self::Uncertain)
    }

    /// What an answer that is no success means.
    pub(crate) fn from_answer(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let said: Option<MatrixError> = serde_json::from_slice(body).ok();
        let code = said.as_ref().map_or("", |said| said.errcode.as_str());
        if matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        ) || code == "M_LIMIT_EXCEEDED"
        {
            return Self::Transient {
                retry_after: retry_after(headers, said.as_ref()),
            };
        }
        if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
            return Self::Uncertain;
        }
        match said {
            Some(said) => Self::Rejected {
                code: said.errcode,
                message: said.error,
            },
            None => Self::Broken(format!(
                "the homeserver's address answered {} without saying why, as no homeserver does: check its url",
                status.as_u16()
            )),
        }
    }

    /// What it means that no whole answer came.
    pub(crate) fn from_connection(error: &reqwest::Error) -> Self {
        if error.is_connect() {
            Self::Transient { retry_after: None }
        } else if error.is_builder() {
            Self::Broken(
                "a request to the homeserver could not be written: check its url".to_owned(),
            )
        } else {
            Self::Uncertain
        }
    }
}

/// The standard error body. Spec: Client-Server API, "Standard error response".
#[derive(Deserialize)]
struct MatrixError {
    errcode: String,
    #[serde(default)]
    error: String,
    retry_after_ms: Option<serde_json::Value>,
}

/// The header wins over the older field of the body. Spec: Client-Server API, "Rate limiting".
fn retry_after(headers: &HeaderMap, said: Option<&MatrixError>) -> Option<Duration> {
    let header = headers
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    let seconds = header
        .and_then(|value| value.trim().parse().ok())
        .map(Duration::from_secs);
    seconds.or_else(|| {
        let wait = said?.retry_after_ms.as_ref()?;
        let whole = wait
            .as_u64()
            .or_else(|| wait.as_f64().map(|ms| ms.max(0.0) as u64));
        whole.map(Duration::from_millis)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> SendError {
        let status = StatusCode::from_u16(status).unwrap();
        SendError::from_answer(status, &HeaderMap::new(), body.as_bytes())
    }

    fn after(ms: u64) -> SendError {
        SendError::Transient {
            retry_after: Some(Duration::from_millis(ms)),
        }
    }

    #[test]
    fn being_asked_to_wait_is_transient() {
        let limited =
            r#"{"errcode": "M_LIMIT_EXCEEDED", "error": "slow down", "retry_after_ms": 1500}"#;
        assert_eq!(answer(429, limited), after(1500));
        assert_eq!(answer(400, limited), after(1500));
        assert_eq!(
            answer(429, "<html>"),
            SendError::Transient { retry_after: None }
        );
        assert_eq!(answer(503, ""), SendError::Transient { retry_after: None });
    }

    #[test]
    fn the_header_wins_over_the_body() {
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, "7".parse().unwrap())]);
        let body = br#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500}"#;
        assert_eq!(
            SendError::from_answer(StatusCode::TOO_MANY_REQUESTS, &headers, body),
            after(7000)
        );
    }

    #[test]
    fn a_failing_server_may_have_accepted() {
        for status in [500, 502, 504, 520, 408] {
            assert_eq!(
                answer(status, r#"{"errcode": "M_UNKNOWN"}"#),
                SendError::Uncertain,
                "{status}"
            );
        }
    }

    #[test]
    fn a_refusal_carries_its_code() {
        let refused = answer(403, r#"{"errcode": "M_FORBIDDEN", "error": "not in room"}"#);
        assert!(refused.is("M_FORBIDDEN"));
        assert_eq!(
            refused.to_string(),
            "the homeserver refused a request: not in room (M_FORBIDDEN)"
        );
    }

    #[test]
    fn an_answer_without_a_code_is_no_homeserver() {
        for body in ["", "<html>not found</html>", "{}", "[]", "null"] {
            assert!(matches!(answer(404, body), SendError::Broken(_)), "{body}");
        }
    }
}
