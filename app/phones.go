package app

import (
	"encoding/json"
	"os"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/sync/engine"
	"docket/sync/wire"
)

// PhoneBook is the numbers to call, the right one first.
type PhoneBook struct {
	Lines []PhoneLine `json:"lines"`
	// AsOf is when this computer last knew that they are the desk's.
	AsOf string `json:"asOf"`
}

// PhoneLine is a number as it can be called now.
type PhoneLine struct {
	Number string `json:"number"`
	// Dial is the address a telephone program takes.
	Dial      string   `json:"dial"`
	Country   string   `json:"country"`
	Languages []string `json:"languages"`
	Menu      string   `json:"menu"`
	For       string   `json:"for"`
	TollFree  bool     `json:"tollFree"`
	Open      bool     `json:"open"`
	// Opens is when it is there again, "" while it is.
	Opens  string `json:"opens"`
	Speaks bool   `json:"speaks"`
}

// pinned is the copy of the directory that lies beside the cache, in the clear:
// whoever cannot sign in, or whose copy of the tickets is closed, can still call
// (BEHAVIOURS 1.33, 2.11).
type pinned struct {
	Phone  string           `json:"phone,omitempty"`
	Phones []desk.PhoneLine `json:"phones,omitempty"`
	AsOf   time.Time        `json:"as_of"`
}

const phonesFile = "phones.json"

// Phones gives the numbers to call for somebody whose language and country are
// written as browsers do, such as de-AT. It never fails: with nothing known it
// is empty.
func (a *API) Phones(locale string) (PhoneBook, error) {
	language, country := localeOf(locale)
	p := a.knownPhones()
	lines := p.Phones
	if len(lines) == 0 && p.Phone != "" {
		lines = []desk.PhoneLine{{Number: p.Phone}}
	}
	out := PhoneBook{Lines: []PhoneLine{}, AsOf: stamp(p.AsOf)}
	for _, l := range policy.Lines(lines, language, country, a.now()) {
		x := PhoneLine{
			Number: l.Number, Dial: "tel:" + desk.Dialled(l.Number), Country: l.Country, Languages: l.Languages, Menu: l.Menu, For: l.For, TollFree: l.TollFree,
			Open: l.Open, Opens: stamp(l.Opens), Speaks: l.Speaks,
		}
		if x.Languages == nil {
			x.Languages = []string{}
		}
		out.Lines = append(out.Lines, x)
	}
	return out, nil
}

// EmergencyPage opens the desk's page of numbers in the browser: that of a
// server as it was typed, or without one of the server this computer knows. It
// needs no session.
func (a *API) EmergencyPage(server string) error {
	if server == "" {
		id, _ := a.loadIdentity()
		server = id.Server
	}
	if server == "" || len(server) > 300 {
		return &desk.Error{Code: desk.CodeInvalid, Field: "server", Message: "No server is known on this computer yet.", Hint: "Enter its address first; it stands in your invitation."}
	}
	base, err := engine.ParseServer(server)
	if err != nil {
		return err
	}
	return a.deps.Shell.OpenURL(base + wire.PathEmergency)
}

// knownPhones is what the open copy says or, without one, what was pinned.
func (a *API) knownPhones() pinned {
	if s, err := a.session(); err == nil {
		if p, ok := s.phones(); ok {
			return p
		}
	}
	return a.readPinned()
}

// readPinned reads the file; one that cannot be read names no number.
func (a *API) readPinned() (p pinned) {
	if b, err := os.ReadFile(a.path(phonesFile)); err == nil && json.Unmarshal(b, &p) != nil {
		return pinned{}
	}
	return p
}

func (s *session) phones() (pinned, bool) {
	d, err := s.cache.Desk()
	if err != nil || d.Phone == "" && len(d.Phones) == 0 {
		return pinned{}, false
	}
	p := pinned{Phone: d.Phone, Phones: d.Phones, AsOf: s.asOf()}
	if eng := s.engine(); eng != nil {
		switch st := eng.Status(); {
		case st.State == engine.Live:
			p.AsOf = s.api.now()
		case st.AsOf.After(p.AsOf):
			p.AsOf = st.AsOf
		}
	}
	return p, true
}

// pinPhones keeps the directory beside the cache, as of a moment at which it was
// the desk's, or of the last known for the zero time. That it could not is no
// reason to stop anything.
func (s *session) pinPhones(at time.Time) {
	p, ok := s.phones()
	if at.After(p.AsOf) {
		p.AsOf = at
	}
	if !ok || p.AsOf.IsZero() && len(s.api.readPinned().Phones) > 0 {
		return // what is there has a date
	}
	b, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = writeFile(s.api.path(phonesFile), b)
	}
	if err != nil {
		s.api.deps.Log.Warn("pin the numbers to call", "err", err)
	}
}

// localeOf cuts de-AT into de and at.
func localeOf(locale string) (language, country string) {
	parts := strings.FieldsFunc(strings.ToLower(locale), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	for i, p := range parts {
		switch {
		case i == 0 && len(p) == 2:
			language = p
		case i > 0 && len(p) == 2 && country == "":
			country = p
		}
	}
	return language, country
}
