package flow

import "docket/app/desk"

// MaxClaim is how long an answer to one of the questions about an urgency may be.
const MaxClaim = 300 // characters

// openType keeps what the customer says it is; they may leave it open.
func (d *decision) openType(a desk.Open) error {
	if a.Type != "" && a.Type != desk.Problem && !validType(a.Type) {
		return unknownType()
	}
	d.t.Type = a.Type
	return nil
}

// openClaim keeps what was answered. Nothing has to be: an emergency never waits
// for a form.
func (d *decision) openClaim(a desk.Open) error {
	c, err := a.Claim, error(nil)
	if c.Down, err = checkLine("claim", "answer", c.Down, MaxClaim); err != nil {
		return err
	}
	if c.Since, err = checkLine("claim", "answer", c.Since, MaxClaim); err != nil {
		return err
	}
	if err := validClaim(c); err != nil {
		return err
	}
	d.t.Claim = c
	return nil
}

func validClaim(c desk.Claim) error {
	switch c.Impact {
	case "", desk.ImpactOne, desk.ImpactSeveral, desk.ImpactSite, desk.ImpactEveryone:
	default:
		return invalid("claim", "This is not an answer to how many are affected.", "Choose one of those offered.")
	}
	switch c.Severity {
	case "", desk.SeverityInconvenience, desk.SeverityDegraded, desk.SeverityStopped:
	default:
		return invalid("claim", "This is not an answer to whether work goes on.", "Choose one of those offered.")
	}
	return nil
}

// typed is the team's word on what it is.
func (d *decision) typed(a desk.SetType) error {
	if !validType(a.To) || d.t.Type == desk.Problem { // which is not read by any customer
		return unknownType()
	}
	if d.t.Type == a.To {
		return nil
	}
	if d.t.Type != a.From {
		return conflict("type", "This has been changed in the meantime.", string(d.t.Type))
	}
	d.t.Type = a.To
	d.add(desk.Entry{Kind: desk.Typed, From: string(a.From), To: string(a.To)}, desk.Public)
	return nil
}

func unknownType() error {
	return invalid("type", "It is neither something that broke nor something wanted.", "Choose one of the two.")
}

func validType(t desk.Type) bool { return t == desk.Incident || t == desk.Request }
