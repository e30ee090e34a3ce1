package flow

import "docket/app/desk"

// openType keeps what the customer says it is; they may leave it open.
func (d *decision) openType(a desk.Open) error {
	if a.Type != "" && !validType(a.Type) {
		return unknownType()
	}
	d.t.Type = a.Type
	return nil
}

// typed is the team's word on what it is.
func (d *decision) typed(a desk.SetType) error {
	if !validType(a.To) {
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
