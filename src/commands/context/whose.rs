//! The two services that a run can be about, and their clients.

use url::Url;

use super::Context;
use crate::client::{Client, TokenSource};
use crate::model::error::Error;
use crate::model::gti_alert::Project;

/// A service that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The API, which takes the key.
    Api,
    /// GTI Alerts, of a project, which takes a token.
    Alerts(Project),
}

impl Whose {
    /// GTI Alerts of the project that an option names, else the settings.
    ///
    /// # Errors
    /// Usage, without any.
    pub(crate) fn alerts(named: Option<&Project>, cx: &Context) -> Result<(Self, Project), Error> {
        let project = named.or(cx.settings.alerts_project.as_ref());
        let project = project.ok_or_else(|| {
            Error::usage("no project of GTI Alerts").hint("name it with --project, GTI_ALERTS_PROJECT or `gti config set alerts.project ID`; the address of the web interface shows it as project=projects%2FID")
        })?;
        Ok((Self::Alerts(project.clone()), project.clone()))
    }
}

impl Context {
    /// A client for a service, or for its simulated twin.
    pub(crate) fn client_of(&mut self, whose: &Whose) -> Result<Client, Error> {
        match whose {
            Whose::Api => self.client(None),
            Whose::Alerts(project) => self.alerts_client(project),
        }
    }

    /// Where a service is, for checkpoints and dry runs.
    pub(crate) fn address_of(&self, whose: &Whose) -> String {
        match whose {
            Whose::Api => self.settings.base_url.to_string(),
            Whose::Alerts(_) => versioned(&self.settings.alerts_url).to_string(),
        }
    }

    /// What checkpoints know a service by.
    pub(crate) fn service_of(&self, whose: &Whose) -> String {
        if self.settings.sandbox {
            "the sandbox".to_owned()
        } else {
            self.address_of(whose)
        }
    }

    /// A client for GTI Alerts. The key goes to the token origin alone, and the token
    /// that comes from there to the alerts origin alone.
    fn alerts_client(&mut self, project: &Project) -> Result<Client, Error> {
        let (alerts_url, token_url, key) = if self.settings.sandbox {
            self.sandbox_alerts()?
        } else {
            let settings = &self.settings;
            let (alerts_url, token_url) = (settings.alerts_url.clone(), settings.token_url.clone());
            (alerts_url, token_url, self.key()?)
        };
        let source = TokenSource {
            url: token_url,
            key,
            project: project.id().to_owned(),
        };
        self.client_with_token(versioned(&alerts_url), source)
    }

    #[cfg(feature = "sandbox")]
    fn sandbox_alerts(&mut self) -> Result<(Url, Url, crate::client::key::ApiKey), Error> {
        use crate::sandbox::KEY;

        let failed = |error: &dyn std::fmt::Display| {
            Error::state(format!("cannot start the sandbox: {error}"))
        };
        let mut alerts_url: Url = self.start_sandbox()?;
        alerts_url.set_path("");
        let mut token_url = alerts_url.clone();
        token_url.set_path(self.settings.token_url.path());
        let key = crate::client::key::ApiKey::new(KEY).map_err(|error| failed(&error))?;
        Ok((alerts_url, token_url, key))
    }

    #[cfg(not(feature = "sandbox"))]
    fn sandbox_alerts(&mut self) -> Result<(Url, Url, crate::client::key::ApiKey), Error> {
        Err(super::client::no_sandbox())
    }
}

/// The address of the one version that there is of the alerts API.
fn versioned(alerts_url: &Url) -> Url {
    let mut url = alerts_url.clone();
    let path = format!("{}/v1beta", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}
