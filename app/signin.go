package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/vault"
	"docket/storage/outbox"
	"docket/sync/engine"
	"docket/sync/wire"
)

// codeUnsent says that signing out would lose what was not sent.
const codeUnsent desk.Code = "unsent"

// maxSkew is how far the clocks may be apart before signing in is refused: TLS
// and every shown time would be wrong.
const maxSkew = 24 * time.Hour

// Boot gives the page its first picture.
func (a *API) Boot() (Boot, error) {
	select {
	case <-a.ready:
	case <-a.ctx.Done():
		return Boot{}, a.ctx.Err()
	}
	return a.boot(), nil
}

func (a *API) boot() Boot {
	a.mu.RLock()
	s, b := a.sess, Boot{
		State: "signed_out", Profile: a.deps.Profile, Version: a.deps.Version, Server: a.deps.Server, Person: a.deps.Person,
		Keyring: string(vault.Keyring), Notice: a.notice, Settings: a.settings, Problem: fault(a.problem),
	}
	locked := a.locked
	a.mu.RUnlock()
	if id, ok := a.loadIdentity(); ok {
		if b.Server == "" || s != nil || locked {
			b.Server, b.Person = id.Server, string(id.Person)
		}
		b.Desk, b.Keyring = id.Desk, string(id.Place)
	}
	switch {
	case s != nil && s.expired() != nil:
		b.State, b.Problem = "problem", fault(s.expired())
	case s != nil:
		b.State = "ready"
		s.describe(&b)
	case locked:
		b.State = "locked"
	case b.Problem != nil:
		b.State = "problem"
	}
	if b.Phone == "" {
		if book, _ := a.Phones(""); len(book.Lines) > 0 {
			b.Phone = book.Lines[0].Number
		}
	}
	return b
}

// describe adds who is signed in.
func (s *session) describe(b *Boot) {
	me, place := s.me(), s.place()
	m := &Me{ID: string(me.Person), Name: me.Name, Role: string(me.Role), Departments: []string{}, Orgs: []MyOrg{}}
	for _, d := range me.Departments {
		m.Departments = append(m.Departments, string(d))
	}
	for _, o := range me.Memberships {
		name := place.Orgs[o.Org].Name
		if name == "" {
			name = string(o.Org)
		}
		m.Orgs = append(m.Orgs, MyOrg{ID: string(o.Org), Name: name, Access: string(o.Access), Admin: o.Admin, Archive: o.Admin && place.Orgs[o.Org].Archive})
	}
	b.Me, b.Server, b.Person = m, s.id.Server, string(s.id.Person)
	if d, err := s.cache.Desk(); err == nil && d.Name != "" {
		b.Desk, b.Phone = d.Name, d.Phone
	}
}

// SignIn proves who the person is and starts their session.
func (a *API) SignIn(server, person, password string) (Boot, error) {
	person = strings.TrimSpace(person)
	if person == "" || len(person) > 254 {
		return Boot{}, &desk.Error{Code: desk.CodeInvalid, Field: "person", Message: "Who are you here?", Hint: "Your id, or your e-mail address."}
	}
	return a.signIn(server, password, func(ctx context.Context, w *engine.Web, dev desk.DeviceID, name string) (wire.SignedIn, error) {
		return w.SignIn(ctx, wire.SignIn{Person: person, Password: password, Device: dev, Name: name})
	})
}

// AcceptInvitation turns a one-time code into a password and a session.
func (a *API) AcceptInvitation(server, code, password string) (Boot, error) {
	code = strings.TrimSpace(code)
	if code == "" || len(code) > 200 {
		return Boot{}, &desk.Error{Code: desk.CodeInvalid, Field: "code", Message: "The invitation’s code is missing.", Hint: "Copy it from the invitation you were sent."}
	}
	return a.signIn(server, password, func(ctx context.Context, w *engine.Web, dev desk.DeviceID, name string) (wire.SignedIn, error) {
		return w.AcceptInvitation(ctx, wire.Invitation{Code: code, Password: password, Device: dev, Name: name})
	})
}

type proof func(ctx context.Context, w *engine.Web, dev desk.DeviceID, name string) (wire.SignedIn, error)

func (a *API) signIn(server, password string, prove proof) (Boot, error) {
	if _, err := a.Boot(); err != nil {
		return Boot{}, err
	}
	if password == "" || len(password) > 1024 {
		return Boot{}, &desk.Error{Code: desk.CodeInvalid, Field: "password", Message: "The password is missing.", Hint: "Type it, then sign in."}
	}
	if len(server) > 300 {
		return Boot{}, wrong("server", "That is not the address of a server.")
	}
	base, err := engine.ParseServer(server)
	if err != nil {
		return Boot{}, err
	}
	a.mu.Lock()
	if a.signing {
		a.mu.Unlock()
		return Boot{}, &desk.Error{Code: desk.CodeBusy, Message: "Signing in is under way.", Hint: "Wait for its answer."}
	}
	a.signing = true
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		a.signing = false
		a.mu.Unlock()
	}()
	ctx, cancel := context.WithTimeout(a.ctx, 60*time.Second)
	defer cancel()
	kept, keptErr := a.kept(ctx, password)
	in, device, err := a.prove(ctx, base, prove)
	if err := cmp.Or(err, keptErr); err != nil {
		return Boot{}, err
	}
	if err := a.signedIn(ctx, base, device, in, kept, password); err != nil {
		return Boot{}, err
	}
	return a.boot(), nil
}

// prove asks the server, after making sure that it is one.
func (a *API) prove(ctx context.Context, base string, prove proof) (wire.SignedIn, desk.DeviceID, error) {
	web, err := engine.NewWeb(engine.WebConfig{Server: base, CA: a.deps.CA, NetDial: a.deps.NetDial, Now: a.now})
	if err != nil {
		return wire.SignedIn{}, "", err
	}
	defer web.Close()
	info, err := web.Hello(ctx)
	if err != nil {
		return wire.SignedIn{}, "", err
	}
	if skew := info.Now.Sub(a.now()); skew > maxSkew || skew < -maxSkew {
		return wire.SignedIn{}, "", (&desk.Error{
			Code: desk.CodeInvalid, Field: "clock",
			Message: "This computer’s clock says {here, date, clock}, the server’s {there, date, clock}.",
			Hint:    "Set the clock right, then sign in again. If yours is right, tell whoever runs the server.",
		}).With("here", a.now(), "there", info.Now.In(a.now().Location()))
	}
	device := desk.DeviceID(newID())
	if id, ok := a.loadIdentity(); ok && id.Server == base && !a.forked() {
		device = id.Device // the same computer goes on with its numbers
	}
	name, _ := os.Hostname()
	in, err := prove(ctx, web, device, name)
	return in, device, err
}

// forked reports whether another copy of this computer's data sends under its
// name. Signing in then takes a new one, and what has no receipt goes again
// under it.
func (a *API) forked() bool {
	s, err := a.session()
	if err != nil {
		return false
	}
	eng := s.engine()
	if eng == nil {
		return false
	}
	e := eng.Status().Err
	return e != nil && e.Code == desk.CodeForked
}

// signedIn keeps what the server gave and opens the session.
func (a *API) signedIn(ctx context.Context, base string, device desk.DeviceID, in wire.SignedIn, key [32]byte, password string) error {
	if in.Device != "" {
		device = in.Device
	}
	id := identity{Server: base, Person: in.Actor.Person, Device: device, Desk: in.Desk}
	old, had := a.loadIdentity()
	if had && (old.Person != id.Person && old.Person != in.Was || old.Server != id.Server) && a.leftovers() {
		return (&desk.Error{
			Code: desk.CodeDenied, Field: "person",
			Message: "This profile belongs to {who} at {server}.",
			Hint:    "Sign out there first, or start Docket with --profile and another name.",
		}).With("who", old.Person, "server", old.Server)
	}
	of, err := json.Marshal(id)
	if err != nil {
		return err
	}
	sec := vault.Secret{Key: key, Token: in.Token, Of: string(of)}
	var aside []string
	if key == [32]byte{} {
		if _, err := rand.Read(sec.Key[:]); err != nil {
			return err
		}
		if a.leftovers() {
			if aside, err = outbox.SetAside(a.deps.Disk, a.path("outbox"), a.now()); err != nil {
				return err
			}
		}
	}
	place, err := a.deps.Vault.Save(ctx, sec, password)
	if err != nil {
		return err
	}
	id.Place = place
	if err := a.saveIdentity(id); err != nil {
		return err
	}
	a.mu.Lock()
	s := a.sess
	a.sess, a.notice = nil, ""
	a.mu.Unlock()
	if s != nil {
		s.close()
	}
	if len(aside) > 0 {
		a.note("What was not sent yet cannot be read any more, because its key is gone from this computer. It was kept beside the outbox as it is.")
	}
	if err := a.enter(id, sec, had && old.Device != id.Device); err != nil {
		return err
	}
	if s, err = a.session(); err != nil {
		return err
	}
	return s.cache.SetMe(in.Actor)
}

// kept is the key of the copy that is here already: signing in again must not
// make unreadable what was not sent yet. It is all zero when there is no copy or
// no key opens it any more; where one may be had later, signing in has to wait.
func (a *API) kept(ctx context.Context, password string) (key [32]byte, err error) {
	a.mu.RLock()
	s := a.sess
	a.mu.RUnlock()
	if s != nil {
		if _, ok := a.loadIdentity(); !ok {
			err = a.saveIdentity(s.id)
		}
		return s.key, err
	}
	if !a.leftovers() {
		return key, nil
	}
	place := vault.Keyring
	sec, err := a.deps.Vault.Load(ctx)
	if errors.Is(err, vault.ErrSealed) {
		place = vault.Password
		sec, err = a.deps.Vault.Unseal(password)
	}
	if errors.Is(err, vault.ErrMissing) || errors.Is(err, desk.ErrDamaged) {
		return key, nil
	}
	if err != nil {
		return key, err
	}
	if _, known := a.recall(sec, place); !known {
		return key, nil // somebody else's words must not go out in this name
	}
	return sec.Key, nil
}

// leftovers reports whether the profile holds somebody's copy.
func (a *API) leftovers() bool {
	_, err := os.Stat(a.path("outbox"))
	return err == nil
}

// Unlock opens the key that a password seals, where there is no keyring.
func (a *API) Unlock(password string) (Boot, error) {
	if _, err := a.Boot(); err != nil {
		return Boot{}, err
	}
	if password == "" || len(password) > 1024 {
		return Boot{}, &desk.Error{Code: desk.CodeInvalid, Field: "password", Message: "The password is missing.", Hint: "It is the one you last signed in with here."}
	}
	a.mu.RLock()
	locked := a.locked
	a.mu.RUnlock()
	if !locked {
		return a.boot(), nil
	}
	sec, err := a.deps.Vault.Unseal(password)
	if err != nil {
		return Boot{}, err
	}
	id, ok := a.recall(sec, vault.Password)
	if !ok {
		a.mu.Lock()
		a.locked = false // nothing says whose it is; signing in does
		a.mu.Unlock()
		return a.boot(), nil
	}
	if err := a.enter(id, sec, false); err != nil {
		return Boot{}, err
	}
	return a.boot(), nil
}

// SignOut ends the session; without force it says first what would be lost.
func (a *API) SignOut(force bool) (Boot, error) {
	if _, err := a.Boot(); err != nil {
		return Boot{}, err
	}
	a.mu.RLock()
	s := a.sess
	a.mu.RUnlock()
	if s != nil && !force {
		if e := s.unsent(); e != nil {
			return Boot{}, e
		}
	}
	if s == nil && !force && a.leftovers() {
		return Boot{}, &desk.Error{
			Code: codeUnsent, Message: "What was not sent yet on this computer cannot be looked at now and would be deleted.",
			Hint: "Unlock first, or sign out all the same.",
		}
	}
	a.mu.Lock()
	a.sess, a.locked, a.problem, a.notice = nil, false, nil, ""
	a.mu.Unlock()
	a.beside()
	if s != nil {
		s.close()
		s.goodbye()
	}
	ctx, cancel := context.WithTimeout(a.ctx, 30*time.Second)
	defer cancel()
	if err := a.deps.Vault.Forget(ctx); err != nil {
		a.deps.Log.Warn("forget key", "err", err)
	}
	errs := []error{a.forgetLooks()}
	for _, name := range []string{"session.json", "cache", "outbox", "files", "archive"} {
		errs = append(errs, os.RemoveAll(a.path(name)))
	}
	if err := errors.Join(errs...); err != nil {
		return Boot{}, cannotKeep(err)
	}
	a.deps.Shell.SetTitle("Docket")
	return a.boot(), nil
}

// goodbye makes the server forget this device, if it can be reached.
func (s *session) goodbye() {
	sec, err := s.api.deps.Vault.Load(s.api.ctx)
	if err != nil {
		return
	}
	web, err := engine.NewWeb(engine.WebConfig{Server: s.id.Server, Token: sec.Token, CA: s.api.deps.CA, NetDial: s.api.deps.NetDial, Now: s.api.now})
	if err != nil {
		return
	}
	defer web.Close()
	ctx, cancel := context.WithTimeout(s.api.ctx, 5*time.Second)
	defer cancel()
	if err := web.SignOut(ctx); err != nil {
		s.api.deps.Log.Info("sign out at the server", "err", err)
	}
}

// unsent says what signing out would lose, nil if nothing.
func (s *session) unsent() *desk.Error {
	waiting, needs := s.out.Counts()
	drafts := 0
	for _, d := range s.out.Drafts() {
		if d.Text != "" || len(d.Files) > 0 {
			drafts++
		}
	}
	if waiting+needs+drafts == 0 {
		return nil
	}
	n := waiting + needs
	message := "Signing out deletes what is only on this computer: {n, plural, one {# message} other {# messages}} not sent yet and {drafts, plural, one {# draft} other {# drafts}}."
	switch {
	case drafts == 0:
		message = "Signing out deletes what is only on this computer: {n, plural, one {# message} other {# messages}} not sent yet."
	case n == 0:
		message = "Signing out deletes what is only on this computer: {drafts, plural, one {# draft} other {# drafts}}."
	}
	e := &desk.Error{Code: codeUnsent, Message: message, Hint: "Wait until the outbox is empty, or sign out all the same."}
	return e.With("n", n, "drafts", drafts)
}
