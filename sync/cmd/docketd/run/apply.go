package run

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/importer"
)

// Applied is what a declaration changed, or would change, as sentences.
type Applied struct {
	Changes []string
}

// Apply makes the desk what the declaration says. Doing it again changes
// nothing. What the declaration leaves out is kept and put aside: people are
// disabled, departments hidden; their words and tickets stay.
func Apply(ctx context.Context, cfg Config, declared io.Reader, dryRun bool) (Applied, error) {
	p, err := readPlan(declared)
	if err != nil {
		return Applied{}, err
	}
	l, err := Open(ctx, cfg)
	if err != nil {
		return Applied{}, err
	}
	defer l.Close()
	return applyTo(ctx, l, p, dryRun)
}

// Apply changes the desk of a running server; its sessions hear of it at once.
func (s *Server) Apply(ctx context.Context, declared io.Reader) (Applied, error) {
	p, err := readPlan(declared)
	if err != nil {
		return Applied{}, err
	}
	out, err := applyTo(ctx, s.Ledger, p, false)
	s.Hub.RightsChanged()
	return out, err
}

func applyTo(ctx context.Context, l *ledger.Ledger, p plan, dryRun bool) (out Applied, err error) {
	run := l.Update
	if dryRun {
		run = l.View
	}
	err = run(ctx, func(tx *ledger.Tx) error {
		d := differ{tx: tx, dry: dryRun}
		out = Applied{}
		if err := d.all(p); err != nil {
			return err
		}
		out.Changes = d.changes
		return nil
	})
	if err != nil {
		return Applied{}, fmt.Errorf("apply declaration: %w", err)
	}
	return out, nil
}

// differ compares a plan with what is there and writes what differs.
type differ struct {
	tx      *ledger.Tx
	dry     bool
	changes []string
}

func (d *differ) all(p plan) error {
	have, err := d.tx.Place()
	if err != nil {
		return fmt.Errorf("read desk: %w", err)
	}
	// Organizations and departments first: people refer to them.
	if err := d.desk(p, have); err != nil {
		return err
	}
	if err := d.orgs(p, have); err != nil {
		return err
	}
	if err := d.people(p, have); err != nil {
		return err
	}
	return d.macros(p)
}

func (d *differ) note(format string, args ...any) {
	d.changes = append(d.changes, fmt.Sprintf(format, args...))
}

func (d *differ) desk(p plan, have desk.Place) error {
	old, err := d.tx.Desk()
	if err != nil {
		old = desk.Desk{} // nothing was applied before
	}
	declared := map[desk.DeptID]bool{}
	for _, x := range p.desk.Departments {
		declared[x.ID] = true
		if before, ok := have.Departments[x.ID]; !ok {
			d.note("add department %s", x.ID)
		} else if diff := fieldsOf(before, x); diff != "" {
			d.note("change department %s: %s", x.ID, diff)
		}
	}
	for _, x := range old.Departments {
		if !declared[x.ID] {
			if !x.Hidden {
				d.note("hide department %s: it is not declared any more", x.ID)
			}
			x.Hidden, x.Triage = true, false
			p.desk.Departments = append(p.desk.Departments, x)
		}
	}
	d.forms(&p, old)
	d.topics(&p, old)
	if old.Name != p.desk.Name || old.Phone != p.desk.Phone {
		d.note("the desk is %q", p.desk.Name)
	}
	if !same(old.Phones, p.desk.Phones) {
		d.note("the numbers to call are others")
	}
	if !same(old.Held, p.desk.Held) {
		d.note("the organizations on legal hold are others")
	}
	if d.dry || same(old, p.desk) {
		return nil
	}
	if _, err := d.tx.PutDesk(p.desk); err != nil {
		return fmt.Errorf("put desk: %w", err)
	}
	return nil
}

// forms gives each form its version, which grows when it asks something else.
func (d *differ) forms(p *plan, old desk.Desk) {
	for i := range p.desk.Forms {
		x := &p.desk.Forms[i]
		j := slices.IndexFunc(old.Forms, func(f desk.Form) bool { return f.ID == x.ID })
		if j < 0 {
			d.note("add form %s", x.ID)
			continue
		}
		if x.Version = old.Forms[j].Version; !same(old.Forms[j], *x) {
			x.Version++
			d.note("change form %s; it is version %d", x.ID, x.Version)
		}
	}
	for _, x := range old.Forms {
		if !slices.ContainsFunc(p.desk.Forms, func(f desk.Form) bool { return f.ID == x.ID }) {
			d.note("form %s is not asked any more", x.ID)
		}
	}
}

func (d *differ) topics(p *plan, old desk.Desk) {
	for _, x := range p.desk.Topics {
		j := slices.IndexFunc(old.Topics, func(t desk.Topic) bool { return t.ID == x.ID })
		if j < 0 {
			d.note("add topic %s", x.ID)
		} else if diff := fieldsOf(old.Topics[j], x); diff != "" {
			d.note("change topic %s: %s", x.ID, diff)
		}
	}
	for _, x := range old.Topics {
		if !slices.ContainsFunc(p.desk.Topics, func(t desk.Topic) bool { return t.ID == x.ID }) {
			d.note("topic %s is not offered any more, and what is written under it has to choose another; \"retired\" would send it there", x.ID)
		}
	}
}

func (d *differ) orgs(p plan, have desk.Place) error {
	for _, o := range p.orgs {
		before, ok := have.Orgs[o.ID]
		switch diff := fieldsOf(before, o); {
		case !ok:
			d.note("add organization %s", o.ID)
		case diff != "":
			d.note("change organization %s: %s", o.ID, diff)
		default:
			continue
		}
		if d.dry {
			continue
		}
		if _, err := d.tx.PutOrg(o); err != nil {
			return fmt.Errorf("put organization %s: %w", o.ID, err)
		}
	}
	return nil
}

func (d *differ) people(p plan, have desk.Place) error {
	declared := map[desk.PersonID]bool{}
	for _, x := range p.people {
		declared[x.ID] = true
		before, ok := have.People[x.ID]
		x.Standing = before.Standing // is decided, and never declared
		keepGiven(before, &x)
		x.Away = before.Away // is said, and never declared
		keepMerged(before, &x)
		switch diff := fieldsOf(before, x); {
		case !ok:
			d.note("add %s %s", x.Role, x.ID)
		case diff != "":
			d.note("change %s: %s", x.ID, diff)
		default:
			continue
		}
		if err := d.put(x); err != nil {
			return err
		}
	}
	var gone []desk.PersonID
	for id, x := range have.People {
		imported := strings.HasPrefix(string(id), importer.ImportedPrefix) // never was declared
		if !declared[id] && !x.Out() && id != desk.System && !imported {
			gone = append(gone, id)
		}
	}
	slices.Sort(gone)
	for _, id := range gone {
		d.note("disable %s: not declared any more", id)
		x := have.People[id]
		x.Disabled = true
		if err := d.put(x); err != nil {
			return err
		}
	}
	return nil
}

func (d *differ) put(x desk.Person) error {
	if d.dry {
		return nil
	}
	if _, err := d.tx.PutPerson(x); err != nil {
		return fmt.Errorf("put person %s: %w", x.ID, err)
	}
	return nil
}

// fieldsOf names the fields in which two values of one struct type differ; a
// nil list and an empty one do not.
func fieldsOf[T any](before, after T) string {
	b, c := reflect.ValueOf(before), reflect.ValueOf(after)
	var names []string
	for i := range b.NumField() {
		if !same(b.Field(i).Interface(), c.Field(i).Interface()) {
			names = append(names, strings.ToLower(b.Type().Field(i).Name))
		}
	}
	return strings.Join(names, ", ")
}

func same(x, y any) bool {
	a, b := reflect.ValueOf(x), reflect.ValueOf(y)
	if a.Kind() == reflect.Slice && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	if a.Kind() == reflect.Slice && a.Len() == b.Len() {
		for i := range a.Len() {
			if !same(a.Index(i).Interface(), b.Index(i).Interface()) {
				return false
			}
		}
		return true
	}
	if t, ok := x.(time.Time); ok {
		u, is := y.(time.Time)
		return is && t.Equal(u)
	}
	if a.Kind() == reflect.Struct {
		for i := range a.NumField() {
			if !same(a.Field(i).Interface(), b.Field(i).Interface()) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(x, y)
}
