package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"docket/app/desk"
)

// The sealed file: magic, the costs of argon2id, salt, nonce, ciphertext. The
// head is authenticated, so that nobody can lower the costs unnoticed.
const (
	magic             = "docketS1"
	saltSize          = 16
	headSize          = len(magic) + 4 + 4 + 1 + saltSize
	costTime   uint32 = 3
	costMemory uint32 = 64 << 10 // KiB
	costLanes  uint8  = 1
	maxSealed         = 4096
)

func damaged(err error) *desk.Error {
	return &desk.Error{
		Code: desk.CodeDamaged, Err: err,
		Message: "The file that keeps your key on this computer is damaged.",
		Hint:    "Sign in again; your tickets are fetched anew. What was not sent yet is kept aside.",
	}
}

func seal(text, password string) ([]byte, error) {
	if password == "" {
		return nil, &desk.Error{
			Code: desk.CodeNoKeyring, Field: "password",
			Message: "This computer has no keyring, so your key must be sealed with your password.",
			Hint:    "Sign in with a password, or start a keyring service.",
		}
	}
	head := make([]byte, 0, headSize)
	head = append(head, magic...)
	head = binary.BigEndian.AppendUint32(head, costTime)
	head = binary.BigEndian.AppendUint32(head, costMemory)
	head = append(head, costLanes)
	salt := make([]byte, saltSize)
	nonce := make([]byte, chacha20poly1305.NonceSizeX)
	_, _ = rand.Read(salt) // never fails
	_, _ = rand.Read(nonce)
	head = append(head, salt...)
	aead, err := chacha20poly1305.NewX(argon2.IDKey([]byte(password), salt, costTime, costMemory, costLanes, chacha20poly1305.KeySize))
	if err != nil {
		return nil, err
	}
	out := append(bytes.Clone(head), nonce...)
	return aead.Seal(out, nonce, []byte(text), head), nil
}

func unseal(b []byte, password string) (string, error) {
	if len(b) < headSize+chacha20poly1305.NonceSizeX || len(b) > maxSealed || string(b[:len(magic)]) != magic {
		return "", damaged(nil)
	}
	head := b[:headSize]
	time := binary.BigEndian.Uint32(b[len(magic):])
	memory := binary.BigEndian.Uint32(b[len(magic)+4:])
	lanes := b[len(magic)+8]
	if time < 1 || time > 16 || memory < 8<<10 || memory > 1<<20 || lanes != 1 {
		return "", damaged(nil)
	}
	nonce := b[headSize : headSize+chacha20poly1305.NonceSizeX]
	key := argon2.IDKey([]byte(password), head[headSize-saltSize:], time, memory, lanes, chacha20poly1305.KeySize)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return "", err
	}
	plain, err := aead.Open(nil, nonce, b[headSize+chacha20poly1305.NonceSizeX:], head)
	if err != nil {
		return "", &desk.Error{
			Code: desk.CodeSignIn, Field: "password", Err: err,
			Message: "That is not the password this computer’s copy was sealed with.",
			Hint:    "It is the one you last signed in with here.",
		}
	}
	return string(plain), nil
}
