// Package crowd makes very many people for a server under load: a desk of any
// size with everybody signed in, and thin clients that speak the protocol over
// real sockets, keep nothing but where they stand, and count whether every
// entry came, once and in order.
package crowd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/authority/secret"
	"docket/sync/cmd/docketd/run"
)

// Password is everybody's.
const Password = "correct horse battery"

// Desk is how many there are of what. Every customer of an organization reads
// and answers the requests of all others in it.
type Desk struct {
	Organizations, Customers int // customers in each
	Departments, Engineers   int // engineers in each; at least one department
	Devices                  int // of everybody; one if 0
}

// Org is the id of the nth organization, from 0.
func Org(n int) desk.OrgID { return desk.OrgID(fmt.Sprintf("org%05d", n)) }

// Department is the id of the nth department, from 0.
func Department(n int) desk.DeptID { return desk.DeptID(fmt.Sprintf("dept%04d", n)) }

// Customer is the id of the nth customer of an organization, from 0.
func Customer(org, n int) desk.PersonID { return desk.PersonID(fmt.Sprintf("c%05d-%03d", org, n)) }

// Engineer is the id of the nth engineer of a department, from 0.
func Engineer(dept, n int) desk.PersonID { return desk.PersonID(fmt.Sprintf("e%04d-%03d", dept, n)) }

// People gives everybody, engineers first.
func (d Desk) People() []desk.PersonID {
	var all []desk.PersonID
	for dept := range max(d.Departments, 1) {
		for n := range d.Engineers {
			all = append(all, Engineer(dept, n))
		}
	}
	for org := range d.Organizations {
		for n := range d.Customers {
			all = append(all, Customer(org, n))
		}
	}
	return all
}

// YAML is the declaration of the desk, as docketd apply takes it.
func (d Desk) YAML() string {
	var b strings.Builder
	b.WriteString("desk: {name: Crowd}\ndepartments:\n  - {id: triage, name: Triage, triage: true, policy: {recall_seconds: 0}}\n")
	for n := range max(d.Departments, 1) {
		fmt.Fprintf(&b, "  - {id: %s, name: Department %d, entry: direct, policy: {recall_seconds: 0}}\n", Department(n), n)
	}
	if d.Organizations > 0 {
		b.WriteString("organizations:\n")
	}
	for n := range d.Organizations {
		fmt.Fprintf(&b, "  - {id: %s, name: Organization %d}\n", Org(n), n)
	}
	b.WriteString("people:\n  - {id: root, name: Root, email: root@crowd.example, role: admin}\n")
	for dept := range max(d.Departments, 1) {
		for n := range d.Engineers {
			id := Engineer(dept, n)
			fmt.Fprintf(&b, "  - {id: %s, name: Engineer %s, email: %s@crowd.example, role: engineer, departments: [%s]}\n", id, id, id, Department(dept))
		}
	}
	for org := range d.Organizations {
		for n := range d.Customers {
			id := Customer(org, n)
			fmt.Fprintf(&b, "  - {id: %s, name: Customer %s, email: %s@o%d.example, role: customer, memberships: [{org: %s, access: comment}]}\n", id, id, id, org, Org(org))
		}
	}
	return b.String()
}

// Pass is what a signed-in computer has.
type Pass struct {
	Person desk.PersonID
	Device desk.DeviceID
	Token  string
}

// Furnish declares the desk in a data folder, gives everybody [Password] and
// signs each in on computers of their own, by the same rows a sign-in writes
// but without the time a password takes on purpose. The passes come in the
// order of People, a person's devices together. A server may run over the folder meanwhile.
func Furnish(ctx context.Context, data string, d Desk) (passes []Pass, err error) {
	cfg := run.Config{Data: data, Clock: time.Now}
	if _, err := run.Apply(ctx, cfg, strings.NewReader(d.YAML()), false); err != nil {
		return nil, fmt.Errorf("declare the crowd: %w", err)
	}
	l, err := run.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	hash, err := secret.Hash(Password)
	if err != nil {
		return nil, err
	}
	for _, p := range d.People() {
		for range max(d.Devices, 1) {
			passes = append(passes, Pass{Person: p, Device: desk.DeviceID(UUID())})
		}
	}
	err = l.Update(ctx, func(tx *ledger.Tx) error {
		now := time.Now().UTC()
		for i := range passes {
			p := &passes[i]
			token, sum := secret.NewToken()
			p.Token = token
			if err := tx.SetCredential(p.Person, hash); err != nil {
				return err
			}
			if err := tx.PutDevice(desk.Device{ID: p.Device, Person: p.Person, Name: "crowd", Created: now, LastSeen: now}, sum); err != nil {
				return err
			}
		}
		return nil
	})
	return passes, err
}

// UUID makes a random id, newest last.
func UUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	ms := time.Now().UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
