package vault_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/zalando/go-keyring"

	"docket/app/desk"
	"docket/app/vault"
)

// ring is a keyring that can be absent, locked, or never answer.
type ring struct {
	kept  map[string]string
	err   error
	block chan struct{}
	lies  bool
}

func (r *ring) do() error {
	if r.block != nil {
		<-r.block
	}
	return r.err
}

func (r *ring) Get(s, u string) (string, error) {
	if err := r.do(); err != nil {
		return "", err
	}
	if v, ok := r.kept[s+"/"+u]; ok {
		return v, nil
	}
	return "", keyring.ErrNotFound
}

func (r *ring) Set(s, u, v string) error {
	if err := r.do(); err != nil {
		return err
	}
	if !r.lies {
		r.kept[s+"/"+u] = v
	}
	return nil
}

func (r *ring) Delete(s, u string) error {
	if err := r.do(); err != nil {
		return err
	}
	if _, ok := r.kept[s+"/"+u]; !ok {
		return keyring.ErrNotFound
	}
	delete(r.kept, s+"/"+u)
	return nil
}

func newRing() *ring { return &ring{kept: map[string]string{}} }

func secret() vault.Secret {
	s := vault.Secret{Token: "canary-token-7f3k", Of: "anna at home"}
	for i := range s.Key {
		s.Key[i] = byte(i * 7)
	}
	return s
}

func TestKeyringKeepsProfilesApart(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	a, b := vault.New("anna", dir, r), vault.New("bram", t.TempDir(), r)
	place, err := a.Save(t.Context(), secret(), "")
	if err != nil || place != vault.Keyring {
		t.Fatalf("save: %v %v", place, err)
	}
	if got, err := a.Load(t.Context()); err != nil || got != secret() {
		t.Errorf("load gives %v, %v", got, err)
	}
	if _, err := b.Load(t.Context()); !errors.Is(err, vault.ErrMissing) {
		t.Errorf("another profile's load: %v, want ErrMissing", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("a file was written beside the keyring: %v", files)
	}
	for _, v := range r.kept {
		if len(v) > 1200 {
			t.Errorf("the value has %d bytes, too much for Windows", len(v))
		}
	}
	if err := a.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Load(t.Context()); !errors.Is(err, vault.ErrMissing) {
		t.Errorf("after forgetting: %v", err)
	}
	if err := a.Forget(t.Context()); err != nil {
		t.Errorf("forgetting twice: %v", err)
	}
}

func TestALockedKeyringIsNotAnEmptyOne(t *testing.T) {
	r := newRing()
	v := vault.New("", t.TempDir(), r)
	if _, err := v.Save(t.Context(), secret(), ""); err != nil {
		t.Fatal(err)
	}
	r.err = errors.New("failed to unlock correct collection")
	_, err := v.Load(t.Context())
	e := desk.AsError(err)
	if errors.Is(err, vault.ErrMissing) || e.Code != desk.CodeNoKeyring || !strings.Contains(e.Hint, "Unlock") {
		t.Errorf("got %v", err)
	}
	r.err = nil
	if got, err := v.Load(t.Context()); err != nil || got != secret() {
		t.Errorf("after unlocking: %v %v", got, err)
	}
}

func TestAKeyringThatNeverAnswersIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRing()
		r.block = make(chan struct{})
		v := vault.New("", t.TempDir(), r)
		if _, err := v.Load(context.Background()); desk.AsError(err).Code != desk.CodeNoKeyring {
			t.Errorf("got %v", err)
		}
		close(r.block)
	})
}

func TestWithoutAKeyringThePasswordSeals(t *testing.T) {
	for name, r := range map[string]*ring{
		"absent":  {err: errors.New("The name org.freedesktop.secrets was not provided by any .service files")},
		"forgets": {kept: map[string]string{}, lies: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			v := vault.New("", dir, r)
			place, err := v.Save(t.Context(), secret(), "correct horse")
			if err != nil || place != vault.Password {
				t.Fatalf("save: %v %v", place, err)
			}
			if _, err := v.Load(t.Context()); !errors.Is(err, vault.ErrSealed) {
				t.Errorf("load: %v, want ErrSealed", err)
			}
			if _, err := v.Unseal("wrong horse"); desk.AsError(err).Code != desk.CodeSignIn {
				t.Errorf("wrong password: %v", err)
			}
			if got, err := v.Unseal("correct horse"); err != nil || got != secret() {
				t.Errorf("unseal: %v %v", got, err)
			}
			path := filepath.Join(dir, "secret.sealed")
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(b, []byte("canary")) {
				t.Error("the token lies in the clear")
			}
			if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v", info.Mode())
			}
		})
	}
}

func TestNoKeyringAndNoPasswordIsRefused(t *testing.T) {
	v := vault.New("", t.TempDir(), &ring{err: errors.New("none")})
	if _, err := v.Save(t.Context(), secret(), ""); desk.AsError(err).Code != desk.CodeNoKeyring {
		t.Errorf("got %v: nothing may be kept in the clear", err)
	}
}

func TestEveryDamagedByteIsNoticed(t *testing.T) {
	dir := t.TempDir()
	v := vault.New("", dir, &ring{err: errors.New("none")})
	if _, err := v.Save(t.Context(), secret(), "pw"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "secret.sealed")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 7, 8, 11, 12, 13, 15, 16, 20, 40, 60, len(whole) - 1} {
		bad := bytes.Clone(whole)
		bad[i] ^= 0x40
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Unseal("pw"); err == nil {
			t.Errorf("byte %d changed unnoticed", i)
		}
	}
	for _, n := range []int{0, 8, 30, 60, len(whole) - 1} {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Unseal("pw"); err == nil {
			t.Errorf("cut to %d bytes unnoticed", n)
		}
	}
}
