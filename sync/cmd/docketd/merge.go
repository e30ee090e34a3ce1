package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/run"
)

type mergeCmd struct {
	store
	From string `arg:"" help:"Id or e-mail address of the one that ends."`
	Into string `arg:"" help:"Id or e-mail address of the one they go on as."`
}

// Run merges the two.
func (m *mergeCmd) Run(ctx context.Context, c console) error {
	return m.named(ctx, []string{m.From, m.Into}, func(l *ledger.Ledger, who []desk.Person) error {
		from, into := who[0], who[1]
		n, err := run.MergePerson(ctx, l, from.ID, into.ID, time.Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s (%s) goes on as %s (%s): %s, %s, %s. Who signs in as %s is %s.\n", from.Name, from.ID, into.Name, into.ID,
			plural(n.Tickets, "ticket", "tickets"), plural(n.Follows, "thing followed", "things followed"),
			plural(n.Organizations, "organization", "organizations"), from.ID, into.ID)
		if len(from.Entitlements) > 0 {
			fmt.Fprintf(c.err, "What %s is entitled to themselves does not pass: declare it for %s in desk.yaml.\n", from.ID, into.ID)
		}
		return nil
	})
}

type unmergeCmd struct {
	store
	From string `arg:"" help:"Id or e-mail address of the one that was merged."`
}

// Run takes the merge back.
func (u *unmergeCmd) Run(ctx context.Context, c console) error {
	return u.named(ctx, []string{u.From}, func(l *ledger.Ledger, who []desk.Person) error {
		n, err := run.UnmergePerson(ctx, l, who[0].ID, time.Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s (%s) is a person of their own again, with %s.\n", who[0].Name, who[0].ID, plural(n.Tickets, "ticket", "tickets"))
		return nil
	})
}

// named runs fn with the people of these ids or addresses as they were declared,
// whomever they go on as.
func (s store) named(ctx context.Context, names []string, fn func(*ledger.Ledger, []desk.Person) error) error {
	l, err := run.Open(ctx, s.config())
	if err != nil {
		return err
	}
	var who []desk.Person
	err = l.View(ctx, func(tx *ledger.Tx) error {
		place, err := tx.Place()
		if err != nil {
			return err
		}
		for _, name := range names {
			p, ok := declaredAs(place, name)
			if !ok {
				return &desk.Error{
					Code: desk.CodeNotFound, Message: fmt.Sprintf("There is no person %q on this desk.", name),
					Hint: "People are declared in desk.yaml; docketd apply makes them known.",
				}
			}
			who = append(who, p)
		}
		return nil
	})
	if err == nil {
		err = fn(l, who)
	}
	return errors.Join(err, l.Close())
}

func declaredAs(place desk.Place, name string) (desk.Person, bool) {
	if p, ok := place.People[desk.PersonID(name)]; ok {
		return p, true
	}
	for _, p := range place.People {
		if slices.ContainsFunc(append([]string{p.Email}, p.Emails...), func(m string) bool { return m != "" && strings.EqualFold(m, name) }) {
			return p, true
		}
	}
	return desk.Person{}, false
}
