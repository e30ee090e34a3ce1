package app

// Boot gives the page its first picture.
func (a *API) Boot() (Boot, error) { return Boot{}, errNotReady }

// SignIn proves who the person is and starts their session.
func (a *API) SignIn(server, person, password string) (Boot, error) { return Boot{}, errNotReady }

// AcceptInvitation turns a one-time code into a password and a session.
func (a *API) AcceptInvitation(server, code, password string) (Boot, error) {
	return Boot{}, errNotReady
}

// Unlock opens the key that a password seals, where there is no keyring.
func (a *API) Unlock(password string) (Boot, error) { return Boot{}, errNotReady }

// SignOut ends the session; without force it says first what would be lost.
func (a *API) SignOut(force bool) (Boot, error) { return Boot{}, errNotReady }
