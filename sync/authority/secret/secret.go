// Package secret hashes passwords with argon2id and makes the random tokens
// that devices and invitations prove themselves with.
package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of a new hash: 19 MiB, two passes (OWASP's minimum for argon2id).
const (
	memory  = 19 * 1024
	passes  = 2
	threads = 1
	saltLen = 16
	keyLen  = 32
)

// The most a stored hash may ask for, so that a damaged row cannot take the
// server's memory with it.
const (
	mostMemory = 256 * 1024
	mostPasses = 10
)

// MinPassword is the fewest bytes a new password has.
const MinPassword = 10

// ErrMalformed is given for a stored hash that is none of ours.
var ErrMalformed = errors.New("malformed password hash")

// atOnce limits how many hashes are computed at the same time, because each
// takes its memory: a burst of sign-ins waits instead of filling the machine.
var atOnce = make(chan struct{}, 4)

// Hash gives the PHC string of a password.
func Hash(password string) (string, error) {
	salt := make([]byte, saltLen)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("read random salt: %w", err)
	}
	key := derive(password, salt, passes, memory, threads, keyLen)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, memory, passes, threads, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// Verify reports whether the password is the one phc was made from, and
// whether the hash should be made anew because the cost has changed since. An
// empty phc costs as much time as a wrong password, so that who has none
// cannot be told from who has another one.
func Verify(phc, password string) (ok, stale bool, err error) {
	if phc == "" {
		derive(password, make([]byte, saltLen), passes, memory, threads, keyLen)
		return false, false, nil
	}
	h, err := parse(phc)
	if err != nil {
		return false, false, err
	}
	got := derive(password, h.salt, h.passes, h.memory, h.threads, uint32(len(h.key)))
	ok = subtle.ConstantTimeCompare(got, h.key) == 1
	stale = h.passes != passes || h.memory != memory || h.threads != threads
	return ok, ok && stale, nil
}

type hash struct {
	memory, passes uint32
	threads        uint8
	salt, key      []byte
}

func parse(phc string) (hash, error) {
	var h hash
	var version int
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return h, ErrMalformed
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return h, ErrMalformed
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.threads); err != nil {
		return h, ErrMalformed
	}
	var err1, err2 error
	h.salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	h.key, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	sane := h.memory >= 8 && h.memory <= mostMemory && h.passes >= 1 && h.passes <= mostPasses && h.threads >= 1
	if err1 != nil || err2 != nil || !sane || len(h.salt) < 8 || len(h.key) < 16 || len(h.key) > 64 {
		return h, ErrMalformed
	}
	return h, nil
}

func derive(password string, salt []byte, t, m uint32, p uint8, n uint32) []byte {
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	return argon2.IDKey([]byte(password), salt, t, m, p, n)
}

// NewToken gives 256 random bits as text, and the SHA-256 to store in its
// place: who reads the store cannot sign in.
func NewToken() (token string, sum []byte) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		panic(err) // crypto/rand.Read never fails since Go 1.24
	}
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, Sum(token)
}

// Sum is what is stored of a token.
func Sum(token string) []byte {
	s := sha256.Sum256([]byte(token))
	return s[:]
}

// Argon2id is the functions above as the authority asks for them.
type Argon2id struct{}

// Hash is Hash.
func (Argon2id) Hash(password string) (string, error) { return Hash(password) }

// Verify is Verify.
func (Argon2id) Verify(phc, password string) (ok, weak bool, err error) { return Verify(phc, password) }

// Waste takes as long as a Verify.
func (Argon2id) Waste(password string) { _, _, _ = Verify("", password) }
