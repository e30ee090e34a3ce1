package server_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

const emergencyPhones = `
phones:
  - {number: "+31 20 555 01 00", country: nl, languages: [nl, en], for: Anything}
  - {number: "+49 30 2310 0100", country: de, languages: [de], menu: Drücken Sie die 1, zone: Europe/Berlin, open: [{days: mon-fri, from: "08:00", to: "18:00"}]}
  - {number: "0800 496 0100", country: gb, languages: [en], toll_free: true}
`

func look(t *testing.T, s *runtest.Server, path, language string) (*http.Response, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Accept-Language", language)
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(b)
}

// The page needs no sign-in and no script, tells the right number for language
// and hour first, and says nothing of anybody (BEHAVIOURS 1.33, 2.9–2.11).
func TestTheEmergencyPage(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC) // a Saturday
	s := runtest.NewServer(t, strings.Replace(runtest.Desk, `desk: {name: Veldhost,`, `desk: {name: "Veld & <b>host</b>", email: support@veldhost.example,`, 1)+emergencyPhones,
		func(c *run.Config) { c.Clock = func() time.Time { return now } })
	elif := s.Connect("elif")
	elif.Open("CANARY something is down", "hosting", "bakery")

	r, page := look(t, s, wire.PathEmergency, "en-GB,de;q=0.8")
	if r.StatusCode != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		t.Fatalf("got %d %s", r.StatusCode, r.Header.Get("Content-Type"))
	}
	policy := r.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script") || strings.Contains(strings.ToLower(page), "<script") || strings.Contains(page, "on"+"click") {
		t.Errorf("scripts: %q", policy)
	}
	for _, want := range []string{
		`href="tel:&#43;31205550100"`, "Somebody answers now", "Deutsch", "Opens Monday, 08:00 (Europe/Berlin)", "Drücken Sie die 1",
		`href="mailto:support@veldhost.example"`, "Free of charge in GB", "Veld &amp; &lt;b&gt;host&lt;/b&gt;", "K7-QM4S",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"CANARY", "Elif", "Brandt", "Bakery", "Jonas", "Hosting", "Docket-", "version"} {
		if strings.Contains(page, never) {
			t.Errorf("the page tells %q", never)
		}
	}
	first := func(page string) string {
		_, rest, _ := strings.Cut(page, `class="n"`)
		_, rest, _ = strings.Cut(rest, ">")
		number, _, _ := strings.Cut(rest, "<")
		return strings.ReplaceAll(number, "&#43;", "+")
	}
	_, page = look(t, s, wire.PathEmergency, "de-DE,en;q=0.8")
	if got := first(page); got != "+31 20 555 01 00" {
		t.Errorf("on a Saturday, who is there: %q", got)
	}
	now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)        // the Monday after
	for _, wish := range []string{"en;q=0.5, de-DE", "de-DE"} { // the one wished for most, wherever it stands
		if _, page = look(t, s, wire.PathEmergency, wish); first(page) != "+49 30 2310 0100" {
			t.Errorf("who wishes for %s is told %s", wish, first(page))
		}
	}
	if _, page = look(t, s, wire.PathEmergency, "de-DE"); first(page) != "+49 30 2310 0100" {
		t.Errorf("on a Monday, in German: %q", first(page))
	}
	if _, page = look(t, s, wire.PathEmergency+"?lang=en-GB", "de-DE"); first(page) != "0800 496 0100" && first(page) != "+31 20 555 01 00" {
		t.Errorf("in English: %q", first(page))
	}
	for _, odd := range []string{"", ";;", "-", strings.Repeat("x", 4000), "\u00e9-\u00e9"} {
		if r, page := look(t, s, wire.PathEmergency, odd); r.StatusCode != http.StatusOK || !strings.Contains(page, "2310 0100") {
			t.Errorf("asked for %.10q: %d", odd, r.StatusCode)
		}
	}
}

// The page speaks German, Dutch or French to whoever wishes for it, and English
// to everybody else; what the desk declared stays as it was written.
func TestTheEmergencyPageSpeaksToItsReader(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC) // a Saturday
	s := runtest.NewServer(t, strings.Replace(runtest.Desk, `desk: {name: Veldhost,`, `desk: {name: "50% Veld", email: support@veldhost.example,`, 1)+emergencyPhones,
		func(c *run.Config) { c.Clock = func() time.Time { return now } })
	for wish, want := range map[string][]string{
		"de-AT,en;q=0.8": {`<html lang="de">`, "<title>50% Veld: So erreichen Sie uns</title>", "So erreichen Sie 50% Veld, wenn", "Jetzt ist jemand da", "Wieder da: Montag, 08:00 (Europe/Berlin)", "Kostenlos in GB", "Drücken Sie die 1", "Per E-Mail:", "Code, zum Beispiel K7-QM4S"},
		"nl":             {`<html lang="nl">`, "Er is nu iemand", "maandag, 08:00", "Anything"},
		"fr-CH":          {`<html lang="fr">`, "Gratuit en GB", "lundi, 08:00"},
		"ja, de;q=0.2":   {`<html lang="de">`},
		"ja":             {`<html lang="en">`, "Somebody answers now"},
		";;":             {`<html lang="en">`, "Opens Monday, 08:00"},
		"en-US":          {`<html lang="en">`, "By e-mail:"},
	} {
		_, page := look(t, s, wire.PathEmergency, wish)
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("who wishes for %q is not told %q:\n%s", wish, w, page)
			}
		}
		if strings.Contains(page, "%!") || strings.Contains(page, "%s") {
			t.Errorf("in %q a word is missing", wish)
		}
	}
	if _, page := look(t, s, wire.PathEmergency+"?lang=fr", "de"); !strings.Contains(page, `<html lang="fr">`) {
		t.Error("the address does not say the language")
	}
}

// It is limited like the other doors, and is there while nothing else is,
// also when nobody had looked at it before the database was gone.
func TestTheEmergencyPageWorksFromAnything(t *testing.T) {
	var down atomic.Bool
	s := runtest.NewServer(t, runtest.Desk+emergencyPhones, func(c *run.Config) {
		c.Faults = func(_ string, fn func() error) error {
			if down.Load() {
				return &desk.Error{Code: desk.CodeOffline, Message: "The server's database cannot be reached."}
			}
			return fn()
		}
	})
	down.Store(true)
	if r, page := look(t, s, wire.PathEmergency, "nl"); r.StatusCode != http.StatusOK || !strings.Contains(page, "555 01 00") {
		t.Errorf("without its database: %d", r.StatusCode)
	}
	down.Store(false)
	limited := 0
	says := map[string]string{"en": "Asked too often", "de": "Zu oft gefragt", "nl": "Te vaak gevraagd", "fr": "Demandé trop souvent"}
	for i := range 80 {
		lang := []string{"en", "de", "nl", "fr"}[i%4]
		r, page := look(t, s, wire.PathEmergency, lang)
		if r.StatusCode != http.StatusTooManyRequests {
			continue
		}
		limited++
		if !strings.Contains(page, "<h1>"+says[lang]+"</h1>") || !strings.Contains(page, `<html lang="`+lang+`">`) || strings.Contains(page, "555 01 00") || strings.Contains(page, "K7-QM4S") ||
			r.Header.Get("Retry-After") == "" || r.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("too often, in %s: %v\n%s", lang, r.Header, page)
		}
	}
	if limited == 0 || limited > 40 {
		t.Errorf("%d of 80 were too many", limited)
	}
}
