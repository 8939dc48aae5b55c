//! Accounts on the sandbox's homeserver.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use sha1::Sha1;

use super::process::{Synapse, SynapseError};

#[derive(Deserialize)]
struct Nonce {
    nonce: String,
}

#[derive(Deserialize)]
struct Account {
    access_token: String,
}

impl Synapse {
    /// Makes an account, or logs in to the one there is, and returns an access token.
    ///
    /// `localpart` is the part of the user id between `@` and `:`.
    ///
    /// # Errors
    /// [`SynapseError::Refused`] for a name that Matrix doesn't allow, or an existing account with another password.
    pub async fn register_user(
        &self,
        localpart: &str,
        password: &str,
        admin: bool,
    ) -> Result<String, SynapseError> {
        let act = format!("make an account for {localpart}");
        let path = "/_synapse/admin/v1/register";
        let nonce: Nonce = self.read(&act, self.client.get(self.at(path))).await?;
        let request = self.client.post(self.at(path)).json(&json!({
            "mac": self.proof(&nonce.nonce, localpart, password, admin),
            "nonce": nonce.nonce,
            "username": localpart,
            "password": password,
            "admin": admin,
        }));
        match self.read::<Account>(&act, request).await {
            Err(SynapseError::Refused { reason, .. }) if reason.contains("M_USER_IN_USE") => {
                self.log_in(localpart, password).await
            }
            outcome => outcome.map(|account| account.access_token),
        }
    }

    /// Logs in to an account and returns an access token, of a new device each time.
    ///
    /// # Errors
    /// [`SynapseError::Refused`] for a wrong name or password.
    pub async fn log_in(&self, localpart: &str, password: &str) -> Result<String, SynapseError> {
        let request = self
            .client
            .post(self.at("/_matrix/client/v3/login"))
            .json(&json!({
                "type": "m.login.password",
                "identifier": { "type": "m.id.user", "user": localpart },
                "password": password,
            }));
        let account: Account = self.read(&format!("log in {localpart}"), request).await?;
        Ok(account.access_token)
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url())
    }

    /// Proves that the one who asks has read the homeserver's configuration (Synapse's shared-secret registration).
    fn proof(&self, nonce: &str, localpart: &str, password: &str, admin: bool) -> String {
        let role = if admin { "admin" } else { "notadmin" };
        let mut mac = Hmac::<Sha1>::new_from_slice(self.registration_secret.as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update([nonce, localpart, password, role].join("\0").as_bytes());
        mac.finalize()
            .into_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    async fn read<T: for<'a> Deserialize<'a>>(
        &self,
        act: &str,
        request: reqwest::RequestBuilder,
    ) -> Result<T, SynapseError> {
        let unreachable = |source| SynapseError::Unreachable {
            url: self.url().to_owned(),
            source,
        };
        let answer = request.send().await.map_err(unreachable)?;
        if answer.status() == StatusCode::OK {
            return answer.json().await.map_err(unreachable);
        }
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        let said = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        Err(SynapseError::Refused {
            act: act.to_owned(),
            reason: format!(
                "{} ({} {})",
                said("error"),
                status.as_u16(),
                said("errcode")
            ),
        })
    }
}
