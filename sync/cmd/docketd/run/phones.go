package run

import (
	"fmt"
	"regexp"
	"strings"

	"docket/app/desk"
)

// declaredPhone is a line people can call.
type declaredPhone struct {
	Number    string         `yaml:"number"`
	Country   string         `yaml:"country"`
	Languages []string       `yaml:"languages"`
	Menu      string         `yaml:"menu"`
	For       string         `yaml:"for"`
	TollFree  bool           `yaml:"toll_free"`
	Zone      string         `yaml:"zone"`
	Open      []declaredOpen `yaml:"open"`
	Closed    []string       `yaml:"closed"`
}

// phones reads the lines people can call.
func (c *checker) phones(declared []declaredPhone, at ...any) []desk.PhoneLine {
	var out []desk.PhoneLine
	for i, d := range declared {
		here := sub(at, i)
		c.number("number", d.Number, sub(here, "number"))
		if d.Country != "" && !listed(countries, d.Country) {
			c.bad("there is no country %q; countries are two letters, as in gb or de", a(d.Country), sub(here, "country")...)
		}
		if d.TollFree && d.Country == "" {
			c.bad("%q is toll-free and has no country; say where it is free, as in country: gb", a(d.Number), sub(here, "toll_free")...)
		}
		if len(d.Languages) == 0 {
			c.bad("%q has no languages; say what is spoken there, as in languages: [en]", a(d.Number), here...)
		}
		for j, l := range d.Languages {
			switch {
			case !listed(languages, l):
				c.bad("there is no language %q; languages are two letters, as in en or de", a(l), sub(here, "languages", j)...)
			case contains(d.Languages[:j], l):
				c.bad("%s is spoken there twice", a(l), sub(here, "languages", j)...)
			}
		}
		c.words("menu", d.Menu, sub(here, "menu"))
		c.words("for", d.For, sub(here, "for"))
		out = append(out, desk.PhoneLine{
			Number: strings.TrimSpace(d.Number), Country: strings.ToLower(d.Country), Languages: d.Languages, Menu: d.Menu, For: d.For, TollFree: d.TollFree,
			Open: c.calendar(declaredHours{Zone: d.Zone, Open: d.Open, Closed: d.Closed}, here...),
		})
	}
	return out
}

// dialled is what a number may be written as: digits, parted as people part them.
var dialled = regexp.MustCompile(`^\+?\(?[0-9][0-9 ()./-]*$`)

// number checks something that can be dialled.
func (c *checker) number(field, text string, at []any) {
	text = strings.TrimSpace(text)
	digits := strings.Count(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, text), "0")
	if !dialled.MatchString(text) || digits < 3 || digits > 20 {
		c.bad("%s is %q; it is no number that can be dialled, as in +44 20 7946 0100", a(field, text), at...)
	}
}

// maxWords bounds a line of words that people read.
const maxWords = 200

func (c *checker) words(field, text string, at []any) {
	if len(text) > maxWords || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
		c.bad("%s is longer than %d bytes or has more than one line", a(field, maxWords), at...)
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// listed reports whether a code of two letters is in a list of such.
func listed(list, code string) bool {
	return len(code) == 2 && strings.Contains(list, fmt.Sprintf(" %s ", strings.ToLower(code)))
}

// The codes of ISO 639-1 and ISO 3166-1.
const (
	languages = " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy " +
		"ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv " +
		"mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw " +
		"ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
	countries = " ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz " +
		"de dj dk dm do dz ec ee eg eh er es et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp " +
		"ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om " +
		"pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz " +
		"ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw "
)
