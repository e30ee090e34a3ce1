package flow

import (
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/access"
)

// ccs changes who follows the public conversation. It is commutative: adding
// who is there and removing who is not changes nothing.
func (d *decision) ccs(a desk.SetCCs) error {
	a.Add, a.Remove = d.current(a.Add), d.current(a.Remove)
	if err := d.mayChangeCCs(a); err != nil {
		return err
	}
	var came, left, let []desk.PersonID
	for _, p := range a.Remove {
		if i := slices.Index(d.t.CCs, p); i >= 0 {
			d.t.CCs = slices.Delete(d.t.CCs, i, i+1)
			left = append(left, p)
		}
	}
	for _, p := range a.Add {
		if slices.Contains(a.Remove, p) || p == d.t.Requester {
			continue
		}
		if slices.Contains(d.t.CCs, p) {
			if a.Whole && slices.ContainsFunc(access.Later(&d.t), func(s desk.Since) bool { return s.Person == p }) {
				let = append(let, p)
			}
			continue
		}
		if err := d.mayFollow(p); err != nil {
			return err
		}
		if err := d.elsewhere("ccs"); err != nil {
			return err
		}
		d.loosened()
		d.t.CCs = append(d.t.CCs, p)
		came = append(came, p)
	}
	if err := d.checkCCs(); err != nil {
		return err
	}
	if err := d.teamOnly(); err != nil {
		return err
	}
	if len(d.t.CCs) == 0 {
		d.t.CCs = nil
	}
	if len(came)+len(left)+len(let) == 0 {
		return nil
	}
	e := desk.Entry{Kind: desk.CCsSet, From: ids(left), Text: d.names(left), Shown: d.met(left)}
	if come := append(came, let...); len(come) > 0 {
		e.To, e.ToName = ids(come), d.names(come)
		e.Reason = d.fromHere(come, a.Whole)
	}
	d.add(e, desk.Public)
	return nil
}

// fromHere notes from where on those who come into CC read the conversation, or
// that they may read all of it.
func (d *decision) fromHere(come []desk.PersonID, whole bool) (reason string) {
	d.t.Later = slices.DeleteFunc(slices.Clone(d.t.Later), func(s desk.Since) bool {
		return slices.Contains(come, s.Person) ||
			slices.ContainsFunc(d.t.Handed, func(h desk.Handed) bool { return h.From == s.Person && slices.Contains(come, h.Into) })
	})
	if whole {
		return desk.WholeConversation
	}
	if d.st.Place.Departments[d.t.Department].Policy.CCHistory == desk.HistoryAll {
		return ""
	}
	for _, p := range come {
		if !d.st.Place.People[p].Role.Staff() {
			d.t.Later = append(d.t.Later, desk.Since{Person: p, Seq: d.publicSeq(), At: d.now})
		}
	}
	return ""
}

// before reports whether the actor came in after an entry for customers, and so
// may not take it up.
func (d *decision) before(seq uint64) bool {
	begins, _ := access.Begins(d.actor, &d.t)
	return seq < begins
}

// stillLater forgets those who are in CC no more.
func (d *decision) stillLater() {
	d.t.Later = slices.DeleteFunc(slices.Clone(d.t.Later), func(s desk.Since) bool {
		return !slices.Contains(d.t.CCs, s.Person) && !slices.ContainsFunc(d.t.Handed, func(h desk.Handed) bool { return h.From == s.Person || h.Into == s.Person })
	})
	if len(d.t.Later) == 0 {
		d.t.Later = nil
	}
}

// mayChangeCCs lets people in CC leave, and nothing else. Nobody lets others read
// what they cannot read themselves.
func (d *decision) mayChangeCCs(a desk.SetCCs) error {
	if d.ours() && !slices.Contains(d.t.CCs, d.actor.Person) || d.actor.Person == d.t.Requester {
		return nil
	}
	if d.ours() && access.Can(d.actor, &d.t, desk.CmdAssign) == nil {
		return nil
	}
	if len(a.Add) == 0 && !slices.ContainsFunc(a.Remove, func(p desk.PersonID) bool { return p != d.actor.Person }) {
		return nil
	}
	return &desk.Error{
		Code: desk.CodeDenied, Field: "ccs", Message: "You can leave this conversation, and not change who else follows it.",
		Hint: "Ask the person who opened it.",
	}
}

// mayFollow checks one person to be added: staff adds anybody known, a
// customer adds colleagues of the ticket's organization.
func (d *decision) mayFollow(id desk.PersonID) error {
	p, ok := d.st.Place.People[id]
	if d.actor.Role.Staff() {
		if !ok || p.Out() {
			return invalid("ccs", "Somebody to be added is not known here.", "Choose somebody from the list.")
		}
		return nil
	}
	if ok && !p.Out() && p.Role == desk.Customer && d.t.Org != "" {
		member := slices.ContainsFunc(p.Memberships, func(m desk.Membership) bool { return m.Org == d.t.Org })
		if member || d.partialPlace() {
			return nil
		}
	}
	return invalid("ccs", "You can add colleagues of the organization this request is for.", "Ask the support desk to add anybody else.")
}

// partialPlace reports whether the place is a customer's copy, which knows
// colleagues by name only: it does not even know the actor's own memberships.
// The server decides then.
func (d *decision) partialPlace() bool {
	return len(d.actor.Memberships) > 0 && len(d.st.Place.People[d.actor.Person].Memberships) == 0
}

func (d *decision) checkCCs() error {
	if n := len(d.t.CCs); n > MaxCCs {
		return invalid("ccs", "{n} people would follow this request; it can have {most}.", "Leave somebody out.").With("n", n, "most", MaxCCs)
	}
	return nil
}

func ids(people []desk.PersonID) string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = string(p)
	}
	return strings.Join(out, ",")
}

// names lists people for a sentence. Somebody who left may be known to the
// ticket only.
func (d *decision) names(people []desk.PersonID) string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = d.nameOf(p)
		for _, n := range d.t.People {
			if n.ID == p {
				out[i] = n.Name
			}
		}
	}
	return strings.Join(out, ", ")
}
