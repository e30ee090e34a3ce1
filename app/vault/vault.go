// Package vault keeps the two secrets of a profile: the 32-byte key of the local
// copy and the token of the session. They lie in the operating system's keyring;
// where there is none, in a file sealed by the person's password, which is then
// asked for at every start. Nothing is ever written in the clear.
//
// A keyring that is locked or does not answer is not the same as one that has
// no such secret: the first is a [Locked] error and nothing is thrown away, the
// second means the local copy cannot be opened any more.
package vault

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"docket/app/desk"
	"docket/storage/whole"
)

// Secret is what a profile must keep. It is small on purpose: Windows takes
// 2,560 bytes.
type Secret struct {
	Key   [32]byte
	Token string
	// Of says whose copy the key opens, for when nothing beside it says so any
	// more. It is the caller's and not secret.
	Of string
}

// Place says where a secret lies.
type Place string

// The places.
const (
	Keyring  Place = "keyring"
	Password Place = "password"
)

// Ring is the keyring; the package's own speaks to the operating system.
type Ring interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

// The conditions callers branch on.
var (
	// ErrMissing says that the keyring works and has no such secret.
	ErrMissing = errors.New("no secret kept")
	// ErrNotFound is what a Ring answers when it works and has nothing.
	ErrNotFound = keyring.ErrNotFound
	// ErrSealed says that the secret lies in a sealed file: ask for the password.
	ErrSealed = errors.New("the secret is sealed by a password")
)

// Locked is the error for a keyring that is there but will not answer.
func Locked(err error) *desk.Error {
	return &desk.Error{
		Code: desk.CodeNoKeyring, Err: err,
		Message: "This computer’s keyring is locked or does not answer, so your copy of the tickets cannot be opened.",
		Hint:    "Unlock the keyring (on Linux: sign in to the desktop or open Passwords and Keys), then start Docket again. Nothing is lost.",
	}
}

// Vault is one profile's.
type Vault struct {
	file string
	user string
	ring Ring
	wait time.Duration
}

const service = "docket"

// New gives the vault of a profile whose files lie in dir. A nil ring is the
// operating system's.
func New(profile, dir string, ring Ring) *Vault {
	if ring == nil {
		ring = system{}
	}
	if profile == "" {
		profile = "default"
	}
	return &Vault{file: filepath.Join(dir, "secret.sealed"), user: profile, ring: ring, wait: 45 * time.Second}
}

type system struct{}

func (system) Get(s, u string) (string, error)   { return keyring.Get(s, u) }
func (system) Set(s, u, secret string) error     { return keyring.Set(s, u, secret) }
func (system) Delete(service, user string) error { return keyring.Delete(service, user) }

// Load gives the secret. The errors are ErrSealed, ErrMissing and Locked.
func (v *Vault) Load(ctx context.Context) (Secret, error) {
	if _, err := os.Stat(v.file); err == nil {
		return Secret{}, ErrSealed
	}
	text, err := v.ask(ctx, func() (string, error) { return v.ring.Get(service, v.user) })
	if errors.Is(err, keyring.ErrNotFound) {
		return Secret{}, ErrMissing
	}
	if err != nil {
		return Secret{}, Locked(err)
	}
	s, ok := parse(text)
	if !ok {
		return Secret{}, ErrMissing
	}
	return s, nil
}

// Unseal opens the sealed file with the person's password.
func (v *Vault) Unseal(password string) (Secret, error) {
	b, err := os.ReadFile(v.file)
	if errors.Is(err, os.ErrNotExist) {
		return Secret{}, ErrMissing
	}
	if err != nil {
		return Secret{}, err
	}
	text, err := unseal(b, password)
	if err != nil {
		return Secret{}, err
	}
	s, ok := parse(text)
	if !ok {
		return Secret{}, damaged(nil)
	}
	return s, nil
}

// Save keeps the secret in the keyring and reads it back; where that does not
// work it seals it with the password. It says which it was.
func (v *Vault) Save(ctx context.Context, s Secret, password string) (Place, error) {
	text := render(s)
	if _, err := os.Stat(v.file); errors.Is(err, os.ErrNotExist) {
		back, err := v.ask(ctx, func() (string, error) {
			if err := v.ring.Set(service, v.user, text); err != nil {
				return "", err
			}
			return v.ring.Get(service, v.user)
		})
		if err == nil && back == text {
			return Keyring, nil
		}
	}
	sealed, err := seal(text, password)
	if err != nil {
		return "", err
	}
	if err := whole.Write(v.file, sealed); err != nil {
		return "", err
	}
	return Password, nil
}

// Forget destroys the secret, and with it everything that was encrypted.
func (v *Vault) Forget(ctx context.Context) error {
	if err := os.Remove(v.file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	_, err := v.ask(ctx, func() (string, error) { return "", v.ring.Delete(service, v.user) })
	if err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return Locked(err)
	}
	return nil
}

// ask bounds a call to the keyring, which may be showing a prompt that nobody
// answers. The call itself cannot be taken back; when it does end, its answer
// is dropped.
func (v *Vault) ask(ctx context.Context, call func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	ctx, cancel := context.WithTimeout(ctx, v.wait)
	defer cancel()
	done := make(chan answer, 1)
	go func() {
		text, err := call()
		done <- answer{text, err}
	}()
	select {
	case a := <-done:
		return a.text, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func render(s Secret) string {
	text := "1"
	for _, part := range [][]byte{s.Key[:], []byte(s.Token), []byte(s.Of)} {
		text += "." + base64.RawURLEncoding.EncodeToString(part)
	}
	return text
}

// parse reads what render wrote; an older one did not say whose it is.
func parse(text string) (Secret, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 && len(parts) != 4 || parts[0] != "1" {
		return Secret{}, false
	}
	var read [3][]byte
	for i, part := range parts[1:] {
		b, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			return Secret{}, false
		}
		read[i] = b
	}
	if len(read[0]) != 32 {
		return Secret{}, false
	}
	return Secret{Key: [32]byte(read[0]), Token: string(read[1]), Of: string(read[2])}, true
}
