package run

import (
	"strings"

	"docket/app/desk"
)

// mostMonths is for how long a retention may be declared: a hundred years.
const mostMonths = 1200

// retention reads for how long what is closed is kept.
func (c *checker) retention(p declaredPolicy, out *desk.Policy, here []any) {
	out.RetentionMonths, out.FileMonths = p.Retention, p.Files
	for _, x := range []struct {
		field  string
		months int
	}{{"retention_months", p.Retention}, {"file_months", p.Files}} {
		if x.months < 0 || x.months > mostMonths {
			c.bad("%s is %d; it is 0 to %d, and 0 keeps for ever", a(x.field, x.months, mostMonths), sub(here, x.field)...)
		}
	}
	if p.Retention > 0 && p.Files >= p.Retention {
		c.bad("file_months is %d, and everything goes after %d (retention_months); leave file_months out", a(p.Files, p.Retention), sub(here, "file_months")...)
	}
}

// legalHold reads why everything of an organization is kept, whatever the
// policies say.
func (c *checker) legalHold(p *plan, o declaredOrganization, at ...any) {
	why := strings.TrimSpace(o.LegalHold)
	switch {
	case o.LegalHold == "":
		return
	case why == "":
		c.bad("legal_hold says no reason; say why everything is kept", nil, sub(at, "legal_hold")...)
	case len([]rune(why)) > 200 || strings.ContainsAny(why, "\n\r"):
		c.bad("legal_hold is no line of at most 200 characters", nil, sub(at, "legal_hold")...)
	}
	p.desk.Held = append(p.desk.Held, desk.HeldOrg{Org: desk.OrgID(o.ID), Reason: why})
}
