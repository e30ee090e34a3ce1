package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// emergency is the page that works from anything with a browser: no sign-in, no
// script, no picture (BEHAVIOURS 1.33). It says how to reach the desk and
// nothing of anybody.
type emergency struct {
	mu sync.Mutex // guards all of it
	// known is the desk as it was last read: the page is there also while the
	// database is not.
	known desk.Desk
	// asked counts each address's questions since the minute began.
	asked map[string]int
	since time.Time
}

const (
	// pagesAMinute is how often one address may look; whole offices share one.
	pagesAMinute = 60
	mostAskers   = 10_000
)

// may spends one look. An address of a crowd too large to count is let in: a
// page costs little, and somebody may need it.
func (e *emergency) may(now time.Time, address string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if now.Sub(e.since) >= time.Minute || e.asked == nil {
		e.asked, e.since = map[string]int{}, now
	}
	if n, counted := e.asked[address]; counted || len(e.asked) < mostAskers {
		e.asked[address] = n + 1
	}
	return e.asked[address] <= pagesAMinute
}

// remember keeps what was read, or gives what was known.
func (e *emergency) remember(d desk.Desk, err error) desk.Desk {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err == nil {
		e.known = desk.Desk{Name: d.Name, Phone: d.Phone, Email: d.Email, Phones: d.Phones}
	}
	return e.known
}

func (s *Server) emergencyPage(w http.ResponseWriter, q *http.Request) error {
	now := s.cfg.Clock().UTC()
	h := w.Header()
	if !s.emergency.may(now, address(q)) {
		tags, _, _ := wishes(q)
		tag, words := emergencyLanguage(tags)
		h.Set("Cache-Control", "no-store")
		h.Set("Retry-After", "60")
		return writePage(w, http.StatusTooManyRequests, emergencyPageView{Lang: tag.String(), Title: words.Often, Head: words.Often, Wait: words.Wait, Style: emergencyStyle})
	}
	h.Set("Cache-Control", "max-age=60, stale-if-error=604800")
	return writePage(w, http.StatusOK, emergencyView(s.reachable(q.Context()), q, now))
}

func writePage(w http.ResponseWriter, status int, v emergencyPageView) error {
	var page bytes.Buffer
	if err := emergencyHTML.Execute(&page, v); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src '"+emergencyStyleHash+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w)
	return nil
}

// reachable is the desk as it is, or as it was when it could last be read.
func (s *Server) reachable(ctx context.Context) desk.Desk {
	var d desk.Desk
	err := s.cfg.Store.View(ctx, func(tx Tx) (err error) {
		d, err = tx.Desk()
		return err
	})
	if err != nil {
		s.cfg.Log.Error("read the desk for the emergency page", "err", err)
	}
	return s.emergency.remember(d, err)
}

type emergencyLine struct {
	Number, Dial, Languages, Menu, For, Free, When string
	Open                                           bool
}

type emergencyPageView struct {
	Lang, Title, Head, Email string
	// Wait is all that stands there for who looks too often.
	Wait  string
	Words emergencyWords
	Lines []emergencyLine
	Style template.CSS
}

func emergencyView(d desk.Desk, q *http.Request, now time.Time) emergencyPageView {
	tags, lang, country := wishes(q)
	tag, words := emergencyLanguage(tags)
	name := cmp.Or(d.Name, words.Desk)
	v := emergencyPageView{
		Lang: tag.String(), Title: fmt.Sprintf(words.Title, name), Head: fmt.Sprintf(words.Head, name), Words: words, Email: d.Email, Style: emergencyStyle,
	}
	lines := d.Phones
	if len(lines) == 0 && d.Phone != "" {
		lines = []desk.PhoneLine{{Number: d.Phone}}
	}
	for _, l := range policy.Lines(lines, lang, country, now) {
		x := emergencyLine{Number: l.Number, Dial: desk.Dialled(l.Number), Menu: l.Menu, For: l.For, Open: l.Open, When: words.Now}
		var spoken []string
		for _, code := range l.Languages {
			spoken = append(spoken, languageName(code))
		}
		x.Languages = strings.Join(spoken, ", ")
		if l.TollFree {
			x.Free = fmt.Sprintf(words.Free, strings.ToUpper(l.Country))
		}
		if !l.Open {
			x.When = words.Closed
			if at, err := time.LoadLocation(l.PhoneLine.Open.Zone); err == nil && !l.Opens.IsZero() {
				x.When = fmt.Sprintf(words.Opens, words.day(l.Opens.In(at).Weekday()), l.Opens.In(at).Format("15:04"), cmp.Or(l.PhoneLine.Open.Zone, "UTC"))
			}
		}
		v.Lines = append(v.Lines, x)
	}
	return v
}

// wishes are the languages a browser asks for, or that the address names, as in
// ?lang=de-AT, and of the first its language and country.
func wishes(q *http.Request) (tags []language.Tag, lang, country string) {
	tags, _, err := language.ParseAcceptLanguage(cmp.Or(q.URL.Query().Get("lang"), q.Header.Get("Accept-Language")))
	if err != nil || len(tags) == 0 {
		return nil, "", ""
	}
	if base, sure := tags[0].Base(); sure == language.Exact {
		lang = base.String()
	}
	if region, sure := tags[0].Region(); sure == language.Exact {
		country = strings.ToLower(region.String())
	}
	return tags, lang, country
}

// languageName is a language in its own words, which who speaks it finds.
func languageName(code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	return cmp.Or(display.Self.Name(tag), code)
}

const emergencyStyle = `:root{color-scheme:light dark}body{margin:0 auto;max-width:40rem;padding:1.5rem;font:1rem/1.5 system-ui,sans-serif}` +
	`h1{font-size:1.4rem;line-height:1.3}ol{list-style:none;margin:0;padding:0}li{padding:.9rem 0;border-top:1px solid #8a91a0}` +
	`.n{font-size:1.5rem;font-weight:600;text-decoration:none}.b{font-weight:600}p{margin:.2rem 0}a:focus-visible{outline:2px solid;outline-offset:2px}`

var emergencyStyleHash = func() string {
	sum := sha256.Sum256([]byte(emergencyStyle))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}()

var emergencyHTML = template.Must(template.New("emergency").Funcs(template.FuncMap{
	"tel":    func(n string) template.URL { return template.URL("tel:" + n) },                    //nolint:gosec // digits alone
	"mailto": func(m string) template.URL { return template.URL("mailto:" + url.PathEscape(m)) }, //nolint:gosec // escaped
}).Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{.Title}}</title>
<style>{{.Style}}</style>
</head>
<body>
<main>
<h1>{{.Head}}</h1>
{{with .Wait}}<p>{{.}}</p>{{else}}{{if .Lines}}<ol>
{{range .Lines}}<li>
<a class="n" href="{{tel .Dial}}">{{.Number}}</a>
<p{{if .Open}} class="b"{{end}}>{{.When}}</p>
{{with .For}}<p>{{.}}</p>{{end}}{{with .Menu}}<p>{{.}}</p>{{end}}{{with .Languages}}<p>{{.}}</p>{{end}}{{with .Free}}<p>{{.}}</p>{{end}}
</li>
{{end}}</ol>{{else}}<p>{{.Words.None}}</p>{{end}}
{{with .Email}}<p>{{$.Words.Mail}} <a href="{{mailto .}}">{{.}}</a></p>{{end}}
<p>{{.Words.Code}}</p>{{end}}
</main>
</body>
</html>
`))
