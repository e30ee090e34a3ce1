package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/run"
)

type personCmd struct {
	Password passwordCmd `cmd:"" aliases:"add-password" help:"Give a person a password, from DOCKET_PASSWORD or the first line of standard input."`
	Invite   inviteCmd   `cmd:"" help:"Print a one-time code with which a person chooses a password."`
	Disable  disableCmd  `cmd:"" help:"End a person's access. What they wrote stays."`
	Enable   enableCmd   `cmd:"" help:"Give a disabled person access again."`
	Devices  devicesCmd  `cmd:"" help:"List the computers a person is signed in on."`
	Signout  signoutCmd  `cmd:"" help:"Sign a person out, on one computer or on all."`
	Merge    mergeCmd    `cmd:"" help:"Have a customer who is there twice go on as one; what both wrote stays as it is."`
	Unmerge  unmergeCmd  `cmd:"" help:"Take a merge back."`
}

// personArg is whom a command is about.
type personArg struct {
	store
	Person string `arg:"" help:"Id or e-mail address."`
}

// with runs fn on the open ledger with the person's own id.
func (p personArg) with(ctx context.Context, fn func(*ledger.Ledger, desk.Person) error) error {
	l, err := run.Open(ctx, p.config())
	if err != nil {
		return err
	}
	var who desk.Person
	err = l.View(ctx, func(tx *ledger.Tx) (err error) {
		who, err = tx.PersonByLogin(p.Person)
		return err
	})
	switch {
	case errors.Is(err, desk.ErrNotFound):
		err = &desk.Error{
			Code: desk.CodeNotFound, Message: fmt.Sprintf("There is no person %q on this desk.", p.Person),
			Hint: "People are declared in desk.yaml; docketd apply makes them known.",
		}
	case err == nil:
		err = fn(l, who)
	}
	return errors.Join(err, l.Close())
}

type passwordCmd struct{ personArg }

// Run reads the password from where no process list shows it.
func (p *passwordCmd) Run(ctx context.Context, c console) error {
	password, err := readPassword(c.in)
	if err != nil {
		return err
	}
	return p.with(ctx, func(l *ledger.Ledger, who desk.Person) error {
		if err := run.SetPassword(ctx, l, who.ID, password); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s can sign in with the new password.\n", who.Name)
		return nil
	})
}

// readPassword takes DOCKET_PASSWORD or one line of in.
func readPassword(in io.Reader) (string, error) {
	if p := os.Getenv("DOCKET_PASSWORD"); p != "" {
		return p, nil
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read password: %w", err)
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", &desk.Error{
			Code: desk.CodeInvalid, Message: "No password was given.",
			Hint: "Write it to standard input or put it into DOCKET_PASSWORD. For somebody else, use docketd person invite.",
		}
	}
	return line, nil
}

type inviteCmd struct {
	personArg
	For time.Duration `help:"How long the code is good." default:"72h"`
}

// Run prints the code, which is kept nowhere.
func (i *inviteCmd) Run(ctx context.Context, c console) error {
	return i.with(ctx, func(l *ledger.Ledger, who desk.Person) error {
		expires := time.Now().Add(i.For)
		code, err := run.Invite(ctx, l, who.ID, expires)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s\n", code)
		fmt.Fprintf(c.err, "Give this code to %s. It works once, until %s.\n", who.Name, expires.Format("2 January 15:04"))
		return nil
	})
}

type disableCmd struct{ personArg }

// Run disables the person.
func (d *disableCmd) Run(ctx context.Context, c console) error {
	return setDisabled(ctx, c, d.personArg, true)
}

type enableCmd struct{ personArg }

// Run enables the person.
func (e *enableCmd) Run(ctx context.Context, c console) error {
	return setDisabled(ctx, c, e.personArg, false)
}

func setDisabled(ctx context.Context, c console, p personArg, disabled bool) error {
	word := map[bool]string{true: "disabled", false: "enabled"}[disabled]
	return p.with(ctx, func(l *ledger.Ledger, who desk.Person) error {
		if who.Disabled == disabled {
			fmt.Fprintf(c.out, "%s is %s already.\n", who.Name, word)
			return nil
		}
		err := l.Update(ctx, func(tx *ledger.Tx) error {
			who.Disabled = disabled
			if _, err := tx.PutPerson(who); err != nil {
				return fmt.Errorf("put person: %w", err)
			}
			return tx.Audit(ledger.AuditRow{At: time.Now().UTC(), Person: desk.System, Action: word, Object: string(who.ID), Outcome: string(desk.OK)})
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s is %s. desk.yaml decides again when it is applied.\n", who.Name, word)
		return nil
	})
}

type devicesCmd struct{ personArg }

// Run lists devices, the newest use first as the ledger gives them.
func (d *devicesCmd) Run(ctx context.Context, c console) error {
	return d.with(ctx, func(l *ledger.Ledger, who desk.Person) error {
		devices, err := devicesOf(ctx, l, who.ID)
		if err != nil {
			return err
		}
		if len(devices) == 0 {
			fmt.Fprintf(c.out, "%s is not signed in anywhere.\n", who.Name)
		}
		for _, x := range devices {
			state := "last seen " + x.LastSeen.Local().Format("2006-01-02 15:04")
			if x.Revoked {
				state = "signed out"
			}
			fmt.Fprintf(c.out, "%s  %-24s  since %s, %s\n", x.ID, x.Name, x.Created.Local().Format("2006-01-02"), state)
		}
		return nil
	})
}

func devicesOf(ctx context.Context, l *ledger.Ledger, p desk.PersonID) (out []desk.Device, err error) {
	err = l.View(ctx, func(tx *ledger.Tx) error {
		out, err = tx.Devices(p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read devices: %w", err)
	}
	return out, nil
}

type signoutCmd struct {
	personArg
	Device string `help:"Only this one, as docketd person devices names it." placeholder:"ID"`
}

// Run revokes devices; a running server ends their sessions within a second.
func (s *signoutCmd) Run(ctx context.Context, c console) error {
	return s.with(ctx, func(l *ledger.Ledger, who desk.Person) error {
		devices, err := devicesOf(ctx, l, who.ID)
		if err != nil {
			return err
		}
		var out []desk.DeviceID
		for _, x := range devices {
			if !x.Revoked && (s.Device == "" || string(x.ID) == s.Device) {
				out = append(out, x.ID)
			}
		}
		if len(out) == 0 {
			return &desk.Error{Code: desk.CodeNotFound, Message: who.Name + " is not signed in there.", Hint: "docketd person devices lists where they are."}
		}
		err = l.Update(ctx, func(tx *ledger.Tx) error {
			for _, id := range out {
				if err := tx.RevokeDevice(id); err != nil {
					return fmt.Errorf("revoke device: %w", err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s was signed out on %s.\n", who.Name, plural(len(out), "computer", "computers"))
		return nil
	})
}
