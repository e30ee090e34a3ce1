package secret_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"docket/sync/authority/secret"
)

func TestHashAndVerify(t *testing.T) {
	phc, err := secret.Hash("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(phc, "horse") {
		t.Errorf("got hash %q", phc)
	}
	if ok, stale, err := secret.Verify(phc, "correct horse"); !ok || stale || err != nil {
		t.Errorf("right password: got %v, %v, %v", ok, stale, err)
	}
	if ok, _, err := secret.Verify(phc, "correct horsf"); ok || err != nil {
		t.Errorf("wrong password: got %v, %v", ok, err)
	}
	again, _ := secret.Hash("correct horse")
	if again == phc {
		t.Error("two hashes of one password are equal: no salt")
	}
}

func TestVerifyNobody(t *testing.T) {
	if ok, _, err := secret.Verify("", ""); ok || err != nil {
		t.Errorf("no password set: got %v, %v", ok, err)
	}
}

func TestVerifyOlderCost(t *testing.T) {
	// The reference implementation's test vector for argon2id, 64 KiB, 2 passes.
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, stale, err := secret.Verify(phc, "password"); !ok || !stale || err != nil {
		t.Errorf("reference vector: got %v, %v, %v", ok, stale, err)
	}
}

func TestVerifyMalformed(t *testing.T) {
	for _, phc := range []string{
		"plain", "$2y$10$abc", "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=18$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=4000000000,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=19456,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$",
	} {
		if ok, _, err := secret.Verify(phc, "password"); ok || !errors.Is(err, secret.ErrMalformed) {
			t.Errorf("%q: got %v, %v", phc, ok, err)
		}
	}
}

func TestNewToken(t *testing.T) {
	a, sum := secret.NewToken()
	b, _ := secret.NewToken()
	if a == b || len(a) != 43 {
		t.Errorf("got tokens %q and %q", a, b)
	}
	if !bytes.Equal(sum, secret.Sum(a)) || bytes.Contains(sum, []byte(a)) {
		t.Error("the sum is not the token's")
	}
}
