package run

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/mail"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"docket/app/desk"
)

// declaration is desk.yaml. build/sample/desk.yaml explains every field.
type declaration struct {
	Desk struct {
		Name  string `yaml:"name"`
		Phone string `yaml:"phone"`
		Email string `yaml:"email"`
	} `yaml:"desk"`
	Phones        []declaredPhone        `yaml:"phones"`
	Departments   []declaredDepartment   `yaml:"departments"`
	Forms         []declaredForm         `yaml:"forms"`
	Topics        []declaredTopic        `yaml:"topics"`
	Organizations []declaredOrganization `yaml:"organizations"`
	People        []declaredPerson       `yaml:"people"`
	Macros        []declaredMacro        `yaml:"macros"`
	Misuse        *declaredMisuse        `yaml:"misuse"`
}

type declaredDepartment struct {
	ID         string `yaml:"id"`
	Name       string `yaml:"name"`
	For        string `yaml:"for"`
	Icon       string `yaml:"icon"`
	Hours      string `yaml:"hours"`
	Reply      string `yaml:"reply"`
	Phone      string `yaml:"phone"`
	Entry      string `yaml:"entry"`
	Triage     bool   `yaml:"triage"`
	ReopenDays int    `yaml:"reopen_days"`
	Hidden     bool   `yaml:"hidden"`

	declaredHours `yaml:",inline"`
	Policy        declaredPolicy `yaml:"policy"`
	Rota          *declaredRota  `yaml:"rota"`
}

type declaredOrganization struct {
	ID    string `yaml:"id"`
	Name  string `yaml:"name"`
	Holds []struct {
		Kind  string `yaml:"kind"`
		ID    string `yaml:"id"`
		Label string `yaml:"label"`
	} `yaml:"holds"`
	Entitlements []declaredEntitlement `yaml:"entitlements"`
	OrgAccess    *declaredSharing      `yaml:"org_access"`
	LegalHold    string                `yaml:"legal_hold"`
	Zone         string                `yaml:"zone"`
	Archive      bool                  `yaml:"archive"`
}

type declaredPerson struct {
	ID          string   `yaml:"id"`
	Name        string   `yaml:"name"`
	Email       string   `yaml:"email"`
	Emails      []string `yaml:"emails"`
	Phone       string   `yaml:"phone"`
	Phones      []string `yaml:"phones"`
	Title       string   `yaml:"title"`
	Role        string   `yaml:"role"`
	Departments []string `yaml:"departments"`
	Memberships []struct {
		Org    string `yaml:"org"`
		Access string `yaml:"access"`
		Role   string `yaml:"role"`
		Admin  bool   `yaml:"admin"`
	} `yaml:"memberships"`
	Entitlements []declaredEntitlement `yaml:"entitlements"`
	Disabled     bool                  `yaml:"disabled"`
	Skills       []string              `yaml:"skills"`
	Languages    []string              `yaml:"languages"`
	Zone         string                `yaml:"zone"`
}

// plan is a declaration in the desk's own terms.
type plan struct {
	desk   desk.Desk
	orgs   []desk.Organization
	people []desk.Person
	macros []desk.Macro
}

const maxDeclaration = 16 << 20

// readPlan reads a declaration. The error names every mistake it can, with its
// line.
func readPlan(r io.Reader) (plan, error) { return readPlanIn(beside(r), r) }

// readPlanIn reads one whose files of holidays lie in dir.
func readPlanIn(dir fs.FS, r io.Reader) (plan, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxDeclaration+1))
	if err != nil {
		return plan{}, fmt.Errorf("read declaration: %w", err)
	}
	if len(b) > maxDeclaration {
		return plan{}, mistakes([]string{fmt.Sprintf("the file is larger than %d bytes", maxDeclaration)})
	}
	var d declaration
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(&d); errors.Is(err, io.EOF) {
		return plan{}, mistakes([]string{"line 1: the file is empty; it declares a desk, its departments and its people"})
	} else if err != nil {
		return plan{}, mistakes(yamlMistakes(b, err))
	}
	var more yaml.Node
	switch err := dec.Decode(&more); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return plan{}, mistakes(yamlMistakes(b, err))
	default:
		return plan{}, mistakes([]string{fmt.Sprintf("line %d: a second document begins here; a declaration is one", more.Line)})
	}
	c := checker{d: &d, dir: dir}
	if err := yaml.Unmarshal(b, &c.root); err != nil {
		return plan{}, mistakes(yamlMistakes(b, err))
	}
	p := c.plan()
	if len(c.found) > 0 {
		return plan{}, mistakes(c.found)
	}
	return p, nil
}

func mistakes(found []string) error {
	const most = 20
	n := len(found)
	if n > most {
		found = append(found[:most:most], fmt.Sprintf("and %d more", n-most))
	}
	msg := "The declaration has a mistake: " + found[0] + "."
	if n > 1 {
		msg = fmt.Sprintf("The declaration has %d mistakes:\n  %s", n, strings.Join(found, "\n  "))
	}
	return &desk.Error{Code: desk.CodeInvalid, Message: msg, Hint: "Nothing was changed. Correct the file and apply it again."}
}

// yamlMistakes turns the parser's words into ours.
func yamlMistakes(b []byte, err error) []string {
	var te *yaml.TypeError
	if !errors.As(err, &te) {
		return []string{syntaxMistake(b, err.Error())}
	}
	lines := te.Errors
	for i, l := range lines {
		l, _, _ = strings.Cut(l, " in type ")
		if head, field, ok := strings.Cut(l, ": field "); ok {
			field = strings.TrimSuffix(field, " not found")
			l = head + ": there is no field " + field + " here" + suggest(field, fieldNames)
		}
		if head, tail, ok := strings.Cut(l, "cannot unmarshal "); ok {
			what, into, _ := strings.Cut(tail, " into ")
			l = head + "here stands " + plainTag(what) + " where " + plainType(into) + " belongs"
		}
		lines[i] = l
	}
	return lines
}

func plainTag(s string) string {
	s = strings.NewReplacer("!!str ", "the text ", "!!int ", "the number ", "!!bool ", "", "!!float ", "the number ",
		"!!seq", "a list", "!!map", "a group of fields").Replace(s)
	return s
}

func plainType(s string) string {
	switch {
	case s == "string":
		return "a text"
	case s == "int":
		return "a whole number"
	case s == "bool":
		return "true or false"
	case strings.HasPrefix(s, "[]"):
		return "a list"
	default:
		return "a group of fields"
	}
}

// checker finds what is wrong with a declaration that can be read.
type checker struct {
	d     *declaration
	dir   fs.FS // where it lies; nil when it is no file
	root  yaml.Node
	found []string
}

// bad notes a mistake at the place that path leads to: field names and places
// in lists.
func (c *checker) bad(format string, args []any, path ...any) {
	line := 1
	n := &c.root
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	for _, p := range path {
		next := (*yaml.Node)(nil)
		switch p := p.(type) {
		case string:
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Kind == yaml.MappingNode && n.Content[i].Value == p {
					next = n.Content[i+1]
					line = n.Content[i].Line
				}
			}
		case int:
			if n.Kind == yaml.SequenceNode && p < len(n.Content) {
				next = n.Content[p]
				line = next.Line
			}
		}
		if next == nil {
			break
		}
		n = next
	}
	c.found = append(c.found, fmt.Sprintf("line %d: ", line)+fmt.Sprintf(format, args...))
}

func a(args ...any) []any { return args }

// slug checks an id and that it is the first of its kind.
func (c *checker) slug(kind, id string, seen map[string]bool, path ...any) {
	switch {
	case id == "":
		c.bad("%s without an id", a(kind), path...)
	case !desk.ValidSlug(id):
		c.bad("the id %q may only have a–z, 0–9 and hyphens, at most 63 of them", a(id), append(path, "id")...)
	case seen[id]:
		c.bad("%s %q is declared twice", a(kind, id), append(path, "id")...)
	}
	seen[id] = true
}

func (c *checker) name(kind, id, name string, path ...any) {
	switch {
	case strings.TrimSpace(name) == "":
		c.bad("%s %q has no name", a(kind, id), path...)
	case len(name) > 200 || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }):
		c.bad("the name of %s %q is longer than 200 bytes or has control characters", a(kind, id), append(path, "name")...)
	}
}

func (c *checker) plan() plan {
	var p plan
	if strings.TrimSpace(c.d.Desk.Name) == "" {
		c.bad("the desk has no name", nil, "desk")
	}
	p.desk.Name, p.desk.Phone = c.d.Desk.Name, c.d.Desk.Phone
	if p.desk.Email = c.d.Desk.Email; p.desk.Email != "" {
		c.mail("", p.desk.Email, false, map[string]string{}, []any{"desk", "email"})
	}
	p.desk.Phones = c.phones(c.d.Phones, "phones")
	departments := c.departments(&p)
	p.desk.Misuse = c.misuse(&p)
	c.topics(&p, departments, c.forms(&p))
	orgs := c.organizations(&p, departments)
	c.people(&p, departments, orgs)
	c.contacts(&p)
	c.macros(&p, departments)
	c.onDuty(&p)
	return p
}

func (c *checker) departments(p *plan) map[string]bool {
	seen, triage := map[string]bool{}, 0
	for i, d := range c.d.Departments {
		c.slug("a department", d.ID, seen, "departments", i)
		c.name("department", d.ID, d.Name, "departments", i)
		if d.Entry != "" && d.Entry != desk.EntryTriage && d.Entry != desk.EntryDirect {
			c.bad("entry is %q; it is triage or direct", a(d.Entry), "departments", i, "entry")
		}
		if d.ReopenDays < 0 || d.ReopenDays > 3650 {
			c.bad("reopen_days is %d; it is 0 to 3650", a(d.ReopenDays), "departments", i, "reopen_days")
		}
		if d.Triage {
			if triage++; triage > 1 {
				c.bad("a second department for triage; there is one", nil, "departments", i, "triage")
			}
		}
		p.desk.Departments = append(p.desk.Departments, desk.Department{
			ID: desk.DeptID(d.ID), Name: d.Name, For: d.For, Icon: d.Icon, Hours: d.Hours, Reply: d.Reply, Phone: d.Phone,
			Entry: d.Entry, Triage: d.Triage, ReopenDays: d.ReopenDays, Hidden: d.Hidden,
			Open: c.calendar(d.declaredHours, "departments", i), Promises: c.promises(d.Promises, "departments", i),
			Policy: c.policy(d, "departments", i), Rota: c.rota(d, "departments", i),
		})
	}
	if len(c.d.Departments) == 0 {
		c.bad("there are no departments; a desk has at least one", nil, "departments")
	}
	return seen
}

func (c *checker) organizations(p *plan, departments map[string]bool) map[string]bool {
	seen := map[string]bool{}
	for i, o := range c.d.Organizations {
		c.slug("an organization", o.ID, seen, "organizations", i)
		c.name("organization", o.ID, o.Name, "organizations", i)
		org := desk.Organization{
			ID: desk.OrgID(o.ID), Name: o.Name, Sharing: c.sharing(o.OrgAccess, "organizations", i),
			Zone: c.zone(o.Zone, "organizations", i, "zone"), Archive: o.Archive,
		}
		held := map[string]bool{}
		for j, h := range o.Holds {
			if !slices.Contains([]string{"service", "domain", "invoice"}, h.Kind) {
				c.bad("kind is %q; it is service, domain or invoice", a(h.Kind), "organizations", i, "holds", j, "kind")
			}
			switch {
			case h.ID == "":
				c.bad("something held has no id", nil, "organizations", i, "holds", j)
			case held[h.ID]:
				c.bad("%q is held twice", a(h.ID), "organizations", i, "holds", j, "id")
			}
			held[h.ID] = true
			org.Holds = append(org.Holds, desk.Holding{Kind: h.Kind, ID: h.ID, Label: h.Label})
		}
		org.Entitlements = c.entitlements(o.Entitlements, departments, "organizations", i)
		c.legalHold(p, o, "organizations", i)
		p.orgs = append(p.orgs, org)
	}
	return seen
}

func (c *checker) people(p *plan, departments, orgs map[string]bool) {
	seen, mails := map[string]bool{}, map[string]string{}
	for i, x := range c.d.People {
		c.slug("a person", x.ID, seen, "people", i)
		c.name("person", x.ID, x.Name, "people", i)
		if x.ID == string(desk.System) {
			c.bad("%q is the name of the program itself", a(x.ID), "people", i, "id")
		}
		role := desk.Role(x.Role)
		if role != desk.Customer && !role.Staff() {
			c.bad("role is %q; it is customer, engineer, lead or admin", a(x.Role), "people", i, "role")
		}
		q := desk.Person{
			ID: desk.PersonID(x.ID), Name: x.Name, Email: strings.TrimSpace(x.Email), Phone: x.Phone, Title: x.Title, Role: role, Disabled: x.Disabled, Zone: c.zone(x.Zone, "people", i, "zone"),
		}
		for j, m := range append([]string{x.Email}, x.Emails...) {
			path := []any{"people", i, "email"}
			if j > 0 {
				path = []any{"people", i, "emails", j - 1}
				q.Emails = append(q.Emails, strings.TrimSpace(m))
			}
			c.mail(x.ID, strings.TrimSpace(m), j > 0, mails, path)
		}
		q.Phones = c.numbers(x, i)
		c.belongs(&q, i, x, departments, orgs)
		c.knows(&q, i, x)
		if q.Entitlements = c.entitlements(x.Entitlements, departments, "people", i); role.Staff() && len(x.Entitlements) > 0 {
			c.bad("%q is staff; only customers hold entitlements", a(x.ID), "people", i, "entitlements")
		}
		p.people = append(p.people, q)
	}
}

// numbers reads further numbers of a person, each once.
func (c *checker) numbers(x declaredPerson, i int) []string {
	for j, n := range x.Phones {
		switch {
		case strings.TrimSpace(n) == "" || len(n) > 100:
			c.bad("%q is no telephone number", a(n), "people", i, "phones", j)
		case n == x.Phone || slices.Contains(x.Phones[:j], n):
			c.bad("the number %q is there twice", a(n), "people", i, "phones", j)
		}
	}
	return x.Phones
}

func (c *checker) mail(id, m string, must bool, mails map[string]string, path []any) {
	if m == "" && !must {
		return
	}
	if p, err := mail.ParseAddress(m); err != nil || p.Address != m {
		c.bad("%q is not an e-mail address", a(m), path...)
		return
	}
	if other, taken := mails[strings.ToLower(m)]; taken {
		c.bad("the address %q belongs to %q already", a(m, other), path...)
	}
	mails[strings.ToLower(m)] = id
}

func (c *checker) belongs(q *desk.Person, i int, x declaredPerson, departments, orgs map[string]bool) {
	if !q.Role.Staff() && len(x.Departments) > 0 {
		c.bad("%q is a customer; only staff work for departments", a(x.ID), "people", i, "departments")
	}
	for j, d := range x.Departments {
		if !departments[d] {
			c.bad("there is no department %q%s", a(d, suggest(d, names(departments))), "people", i, "departments", j)
		}
		q.Departments = append(q.Departments, desk.DeptID(d))
	}
	if q.Role.Staff() && len(x.Memberships) > 0 {
		c.bad("%q is staff; only customers belong to organizations", a(x.ID), "people", i, "memberships")
	}
	member := map[string]bool{}
	for j, m := range x.Memberships {
		if !orgs[m.Org] {
			c.bad("there is no organization %q%s", a(m.Org, suggest(m.Org, names(orgs))), "people", i, "memberships", j, "org")
		}
		if member[m.Org] {
			c.bad("%q is a member of %q twice", a(x.ID, m.Org), "people", i, "memberships", j, "org")
		}
		member[m.Org] = true
		level := desk.OrgAccess(m.Access)
		switch level {
		case "":
			level = desk.OrgNone
		case desk.OrgNone, desk.OrgRead, desk.OrgComment:
		default:
			c.bad("access is %q; it is none, read or comment", a(m.Access), "people", i, "memberships", j, "access")
		}
		q.Memberships = append(q.Memberships, desk.Membership{Org: desk.OrgID(m.Org), Access: level, Role: m.Role, Admin: m.Admin})
	}
}
