package run

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/authority"
	"docket/sync/authority/secret"
)

// SetPassword gives a person a password.
func SetPassword(ctx context.Context, l *ledger.Ledger, person desk.PersonID, password string) error {
	if n := utf8.RuneCountInString(password); n < authority.MinPassword {
		return &desk.Error{
			Code: desk.CodeInvalid, Field: "password", Message: fmt.Sprintf("The password has %d characters; it needs at least %d.", n, authority.MinPassword),
			Hint: "A short sentence is easy to remember and hard to guess.",
		}
	}
	phc, err := secret.Hash(password)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	return l.Update(ctx, func(tx *ledger.Tx) error {
		if err := known(tx, person); err != nil {
			return err
		}
		return tx.SetCredential(person, phc)
	})
}

// Invite makes a code that works once until it expires.
func Invite(ctx context.Context, l *ledger.Ledger, person desk.PersonID, expires time.Time) (code string, err error) {
	code, sum := secret.NewToken()
	err = l.Update(ctx, func(tx *ledger.Tx) error {
		if err := known(tx, person); err != nil {
			return err
		}
		return tx.PutInvitation(sum, person, expires)
	})
	return code, err
}

func known(tx *ledger.Tx, person desk.PersonID) error {
	if _, err := tx.PersonByLogin(string(person)); errors.Is(err, desk.ErrNotFound) {
		return &desk.Error{
			Code: desk.CodeNotFound, Message: fmt.Sprintf("There is no person %q on this desk.", person),
			Hint: "People are declared in desk.yaml; docketd apply makes them known.",
		}
	} else if err != nil {
		return fmt.Errorf("read person: %w", err)
	}
	return nil
}
