package authority

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"docket/app/desk"
)

// Asking is who asks to be let in, and from where.
type Asking struct {
	Login    string // an id or an e-mail address
	Password string
	Device   desk.DeviceID
	Name     string // of the computer
	Address  string // of the peer, without port
}

// Admitted is somebody who was let in.
type Admitted struct {
	Token  string
	Device desk.Device
	Actor  desk.Actor
	// Was is whom the computer was signed in as, where both are one person.
	Was desk.PersonID
}

var (
	errWrong = &desk.Error{
		Code: desk.CodeSignIn, Message: "The name or the password is not right.",
		Hint: "Check both and try again. If you never had a password, ask for an invitation.",
	}
	signedOut = &desk.Error{
		Code: desk.CodeSignIn, Message: "You are signed out on this computer.",
		Hint: "Sign in again. What you wrote and did not send is kept.",
	}
	errCode = &desk.Error{
		Code: desk.CodeSignIn, Message: "This invitation is not valid, or not any more.",
		Hint: "Ask for a new one; each works once.",
	}
)

// SignIn lets somebody in who knows a password. Nobody, no password, a wrong
// one and a disabled person are one answer and take the same time.
func (a *Authority) SignIn(ctx context.Context, q Asking) (Admitted, error) {
	now := a.cfg.Clock().UTC()
	if err := a.guard.allow(now, q.Address, q.Login); err != nil {
		return Admitted{}, err
	}
	var person desk.PersonID
	var phc string
	err := a.cfg.Store.View(ctx, func(tx Tx) error {
		p, err := tx.PersonByLogin(strings.TrimSpace(q.Login))
		if err != nil {
			return err
		}
		person = p.ID
		if p.Disabled {
			return desk.ErrNotFound
		}
		phc, err = tx.Credential(p.ID)
		return err
	})
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return Admitted{}, fmt.Errorf("sign in: %w", err)
	}
	ok, fresh, err := a.verify(ctx, phc, q.Password)
	if err != nil {
		return Admitted{}, err
	}
	if !ok {
		a.audit(ctx, Row{At: now, Person: person, Action: "signin", Object: q.Address, Outcome: "refused"})
		return Admitted{}, errWrong
	}
	a.guard.forgive(q.Address, q.Login)
	return a.admit(ctx, q, now, func(tx Tx) (desk.PersonID, error) {
		if fresh == "" {
			return person, nil
		}
		return person, tx.SetCredential(person, fresh)
	})
}

// verify compares a password in the same time whether there is one or not. It
// gives a new encoding when the stored one is of an older strength.
func (a *Authority) verify(ctx context.Context, phc, password string) (bool, string, error) {
	select {
	case a.hashes <- struct{}{}:
		defer func() { <-a.hashes }()
	case <-ctx.Done():
		return false, "", ctx.Err()
	}
	if phc == "" {
		a.cfg.Passwords.Waste(password)
		return false, "", nil
	}
	ok, old, err := a.cfg.Passwords.Verify(phc, password)
	if err != nil || !ok {
		return false, "", err
	}
	if !old {
		return true, "", nil
	}
	fresh, err := a.cfg.Passwords.Hash(password)
	if err != nil {
		a.log.Error("hash password again", "err", err)
		return true, "", nil
	}
	return true, fresh, nil
}

// MinPassword is how many characters a password has at least.
const MinPassword = 10

// AcceptInvitation turns a code that was never used into a password and lets
// its person in.
func (a *Authority) AcceptInvitation(ctx context.Context, code string, q Asking) (Admitted, error) {
	now := a.cfg.Clock().UTC()
	if err := a.guard.allow(now, q.Address, ""); err != nil {
		return Admitted{}, err
	}
	if n := utf8.RuneCountInString(q.Password); n < MinPassword || len(q.Password) > 1024 {
		return Admitted{}, (&desk.Error{
			Code: desk.CodeInvalid, Field: "password", Message: "The password has {n} characters; it needs at least {least}.",
			Hint: "A short sentence is easy to remember and hard to guess.",
		}).With("n", n, "least", MinPassword)
	}
	a.hashes <- struct{}{}
	phc, err := a.cfg.Passwords.Hash(q.Password)
	<-a.hashes
	if err != nil {
		return Admitted{}, fmt.Errorf("hash password: %w", err)
	}
	sum := sha256.Sum256([]byte(strings.TrimSpace(code)))
	return a.admit(ctx, q, now, func(tx Tx) (desk.PersonID, error) {
		p, err := tx.UseInvitation(sum[:], now)
		if errors.Is(err, desk.ErrNotFound) {
			return "", errCode
		}
		if err != nil {
			return "", err
		}
		return p, tx.SetCredential(p, phc)
	})
}

// admit gives a device a new token. A device keeps its numbers when the same
// person signs in on it again; another person's device id is not taken over,
// the answer names a new one.
func (a *Authority) admit(ctx context.Context, q Asking, now time.Time, who func(Tx) (desk.PersonID, error)) (Admitted, error) {
	var raw [32]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return Admitted{}, fmt.Errorf("make token: %w", err)
	}
	out := Admitted{Token: base64.RawURLEncoding.EncodeToString(raw[:])}
	sum := sha256.Sum256([]byte(out.Token))
	err := a.cfg.Store.Update(ctx, func(tx Tx) error {
		person, err := who(tx)
		if err != nil {
			return err
		}
		if out.Actor, err = tx.Actor(person); err != nil {
			return errWrong
		}
		dev := desk.Device{ID: q.Device, Person: person, Name: clip(q.Name, 120), Created: now, LastSeen: now}
		old, err := tx.Device(q.Device)
		switch {
		case err == nil && old.Person == person:
			dev.Created, dev.LastDSeq = old.Created, old.LastDSeq
		case err == nil || !desk.ValidUUID(string(q.Device)):
			dev.ID = newDeviceID(now)
			place, err := tx.Place()
			if err != nil {
				return fmt.Errorf("read place: %w", err)
			}
			if old.Person != "" && place.Now(old.Person) == person {
				out.Was = old.Person
			}
		case !errors.Is(err, desk.ErrNotFound):
			return err
		}
		out.Device = dev
		out.Actor.Device = dev.ID
		if err := tx.PutDevice(dev, sum[:]); err != nil {
			return err
		}
		return tx.Audit(Row{At: now, Person: person, Device: dev.ID, Action: "signin", Object: q.Address, Outcome: "ok"})
	})
	if err != nil {
		return Admitted{}, fmt.Errorf("sign in: %w", err)
	}
	return out, nil
}

// Authenticate gives the device and person a token belongs to, or
// desk.ErrSignIn, whatever is wrong with it.
func (a *Authority) Authenticate(ctx context.Context, token string) (desk.Device, desk.Actor, error) {
	now := a.cfg.Clock().UTC()
	sum := sha256.Sum256([]byte(token))
	var dev desk.Device
	var actor desk.Actor
	err := a.cfg.Store.View(ctx, func(tx Tx) (err error) {
		if dev, err = tx.DeviceByToken(sum[:]); err != nil {
			return err
		}
		actor, err = tx.Actor(dev.Person)
		return err
	})
	switch {
	case errors.Is(err, desk.ErrNotFound), errors.Is(err, desk.ErrDenied), errors.Is(err, desk.ErrSignIn):
		return dev, actor, signedOut
	case err != nil:
		return dev, actor, fmt.Errorf("authenticate: %w", err)
	case dev.Revoked || now.Sub(dev.LastSeen) > SessionIdle:
		return dev, actor, signedOut
	}
	actor.Device = dev.ID
	return dev, actor, nil
}

// Seen notes that a device is here, at most once an hour: reconnecting must
// not cost a write.
func (a *Authority) Seen(ctx context.Context, dev desk.Device) error {
	now := a.cfg.Clock().UTC()
	if now.Sub(dev.LastSeen) < time.Hour {
		return nil
	}
	return a.cfg.Store.Update(ctx, func(tx Tx) error { return tx.Touch(dev.ID, now) })
}

// SignOut ends a device. Its numbers stay spent.
func (a *Authority) SignOut(ctx context.Context, dev desk.Device) error {
	now := a.cfg.Clock().UTC()
	err := a.cfg.Store.Update(ctx, func(tx Tx) error {
		if err := tx.RevokeDevice(dev.ID); err != nil {
			return err
		}
		return tx.Audit(Row{At: now, Person: dev.Person, Device: dev.ID, Action: "signout", Outcome: "ok"})
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	a.cfg.Ended(dev.ID)
	return nil
}

// audit writes a row that nothing depends on.
func (a *Authority) audit(ctx context.Context, r Row) {
	if err := a.cfg.Store.Update(ctx, func(tx Tx) error { return tx.Audit(r) }); err != nil {
		a.log.Error("audit", "action", r.Action, "err", err)
	}
}

func clip(s string, n int) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// newDeviceID is a UUIDv7.
func newDeviceID(now time.Time) desk.DeviceID {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails since Go 1.24
	ms := now.UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	return desk.DeviceID(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}
