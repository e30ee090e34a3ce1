package flow

import (
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// The limits of a form that is handed in.
const (
	MaxGiven  = 60   // answers
	MaxAnswer = 2000 // characters of one
)

// openForm keeps what the form was answered with. Who has the form as it is now
// answers what it needs; an emergency never waits for a form, and nor does what
// was written on a computer that only had an older one (BEHAVIOURS 1.9, 1.26).
func (d *decision) openForm(a desk.Open) error {
	form := d.formOf(d.t.Topic)
	// Without a form it was written where nothing is asked, by a program or a
	// hand that knows of none.
	other := a.Filled.Form != "" && (a.Filled.Form != form.ID || a.Filled.Version != form.Version)
	given, err := d.given(form, a.Filled, !other)
	if err != nil {
		return err
	}
	d.t.Filled = desk.Filled{Form: form.ID, Version: form.Version, Answers: given}
	if a.Filled.Form == form.ID {
		d.t.Filled.Version = a.Filled.Version
	}
	if d.ours() || a.Urgency == desk.UrgencyEmergency || a.Recurs != "" || other {
		return nil
	}
	return missing(policy.Missing(form, given))
}

// missing says what a form still needs.
func missing(fields []desk.Field) error {
	if len(fields) == 0 {
		return nil
	}
	var names []string
	for _, f := range fields {
		names = append(names, "“"+f.Label+"”")
	}
	const hint = "Fill in what is marked, then send it again; the rest is kept."
	if n := len(names); n > 1 {
		return invalid("form/"+fields[0].ID, "{what} and {last} are missing.", hint).With("what", strings.Join(names[:n-1], ", "), "last", names[n-1])
	}
	return invalid("form/"+fields[0].ID, "{what} is missing.", hint).With("what", names[0])
}

// formOf is the form of a topic; the zero form asks nothing.
func (d *decision) formOf(id desk.TopicID) desk.Form {
	return d.st.Place.Forms[d.st.Place.Topics[id].Form]
}

// given checks answers to a form. What a form that is current does not ask is
// left out; what an older one asked stays as it was written, in its own words.
func (d *decision) given(form desk.Form, in desk.Filled, current bool) ([]desk.Given, error) {
	if n := len(in.Answers); n > MaxGiven {
		return nil, invalid("form", "There are {n} answers; a form can have {most}.", "Put the others into the text.").With("n", n, "most", MaxGiven)
	}
	asked := policy.Asked(form, in.Answers)
	var out []desk.Given
	for _, g := range in.Answers {
		if slices.ContainsFunc(out, func(x desk.Given) bool { return x.Field == g.Field }) {
			return nil, invalid("form", "A question of the form has two answers.", "Choose the topic again, and answer it once.")
		}
		i := slices.IndexFunc(asked, func(f desk.Field) bool { return f.ID == g.Field })
		var err error
		switch {
		case i >= 0:
			g, err = d.answer(asked[i], g, current)
		case current:
			continue
		default:
			g, err = d.asWritten(g)
		}
		if err != nil {
			return nil, err
		}
		if g.Answered() {
			out = append(out, g)
		}
	}
	return out, nil
}

// answer gives an answer as its field keeps it.
func (d *decision) answer(f desk.Field, g desk.Given, current bool) (desk.Given, error) {
	asIs, err := d.asWritten(g)
	if err != nil {
		return g, err
	}
	kept, wrong := policy.Fits(f, asIs.Value)
	if wrong != "" {
		if current {
			return g, invalid("form/"+f.ID, "The answer to “{question}” {wrong, select, choice {is none of those offered. Choose one of them.} number {is not a number. Write it in digits, such as 12 or 12.5.} other {is not a date. Write it as 2026-03-31.}}", "The rest is kept.").With("question", f.Label, "wrong", wrong)
		}
		return asIs, nil // an older form let this be said
	}
	out := desk.Given{Field: f.ID, Label: f.Label, Type: f.Type, Value: kept}
	switch f.Type {
	case desk.FieldPerson:
		out.Words = d.knownName(desk.PersonID(kept))
	case desk.FieldReference:
		for _, h := range d.st.Place.Orgs[d.t.Org].Holds {
			if h.ID == kept {
				if out.Words = h.Label; out.Words == "" {
					out.Words = h.ID
				}
			}
		}
	default:
		return out, nil
	}
	if out.Words == "" { // nobody and nothing known: the words of who wrote it
		if out.Value, out.Words = "", asIs.Words; out.Words == "" {
			out.Words = kept
		}
	}
	return out, nil
}

// asWritten is an answer nobody can check any more, or not yet.
func (d *decision) asWritten(g desk.Given) (desk.Given, error) {
	var err error
	for what, s := range map[string]*string{"question": &g.Field, "label": &g.Label} {
		if *s, err = checkLine("form", what, *s, MaxSubject); err != nil {
			return g, err
		}
	}
	if g.Field == "" {
		return g, invalid("form", "An answer belongs to no question.", "Choose the topic again.")
	}
	if !slices.Contains(desk.FieldTypes(), g.Type) {
		g.Type = desk.FieldText
	}
	for _, s := range []*string{&g.Value, &g.Words} {
		if *s, err = checkText("form/"+g.Field, *s); err != nil {
			return g, err
		}
		if n := len([]rune(*s)); n > MaxAnswer {
			return g, invalid("form/"+g.Field, "The answer to “{question}” has {n} characters; it can have {most}.", "Shorten it, and put the rest into the text.").With("question", g.Label, "n", n, "most", MaxAnswer)
		}
		*s = strings.TrimSpace(*s)
	}
	return g, nil
}

// knownName is the name of somebody whom the actor may know: for a customer one
// of ours or a colleague. Of anybody else it says as little as of nobody.
func (d *decision) knownName(id desk.PersonID) string {
	p, ok := d.st.Place.People[id]
	if !ok || p.Out() {
		return ""
	}
	shares := func(m desk.Membership) bool {
		return slices.ContainsFunc(d.actor.Memberships, func(x desk.Membership) bool { return x.Org == m.Org })
	}
	if d.actor.Role.Staff() || p.Role.Staff() || d.partialPlace() || slices.ContainsFunc(p.Memberships, shares) {
		return p.Name
	}
	return ""
}

// fillIn answers fields of the ticket's form. Each newer answer takes the place
// of the older one; the conversation keeps both.
func (d *decision) fillIn(a desk.FillIn) error {
	if d.t.Status.Done() {
		return invalid("form", "This is done, so its form is not filled in any more.", "Write a message instead.")
	}
	form := d.formOf(d.t.Topic)
	all := slices.Clone(d.t.Filled.Answers)
	put := func(g desk.Given) {
		if i := slices.IndexFunc(all, func(x desk.Given) bool { return x.Field == g.Field }); i >= 0 {
			all[i] = g
		} else {
			all = append(all, g)
		}
	}
	for _, g := range a.Answers {
		put(g)
	}
	if len(all) > MaxGiven || len(a.Answers) > MaxGiven {
		return invalid("form", "There are more answers than the {most} a form can have.", "Put the others into a message.").With("most", MaxGiven)
	}
	asked := policy.Asked(form, all)
	all = slices.Clone(d.t.Filled.Answers)
	var news []desk.Given
	for _, g := range a.Answers {
		i := slices.IndexFunc(asked, func(f desk.Field) bool { return f.ID == g.Field })
		if i < 0 {
			return invalid("form", "This is not asked here.", "Write it into a message instead.")
		}
		g, err := d.answer(asked[i], g, true)
		if err != nil {
			return err
		}
		if !g.Answered() || slices.Contains(all, g) {
			continue
		}
		put(g)
		news = append(news, g)
	}
	if len(news) == 0 {
		return nil
	}
	d.t.Filled.Answers = all
	d.add(desk.Entry{Kind: desk.FilledIn, Given: news}, desk.Public)
	if !d.ours() {
		d.asked("", false)
	}
	return nil
}
