package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// TestThePageCanCallOnlyThese holds the surface of the page: the methods of the
// Backend in types.ts and no other, with simple arguments only (RELIABILITY
// T23). A method that is exported by accident would be bound too.
func TestThePageCanCallOnlyThese(t *testing.T) {
	files, err := filepath.Glob("../frontend/src/lib/backend/*.ts")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	of := func(name string) (body, extends string) {
		m := regexp.MustCompile(`(?s)export interface ` + name + `( extends [\w, ]+)? \{\n(.*?)\n\}`).FindStringSubmatch(all.String())
		if m == nil {
			t.Fatalf("there is no %s", name)
		}
		return m[2], strings.TrimPrefix(m[1], " extends ")
	}
	door, parts := of("Backend")
	for next := strings.Split(parts, ", "); len(next) > 0; next = next[1:] { // a part may have parts
		if next[0] != "" {
			body, more := of(next[0])
			door += "\n" + body
			next = append(next, strings.Split(more, ", ")...)
		}
	}
	var want []string
	for _, m := range regexp.MustCompile(`(?m)^  (\w+)\(`).FindAllStringSubmatch(door, -1) {
		want = append(want, strings.ToUpper(m[1][:1])+m[1][1:])
	}
	var got []string
	api := reflect.TypeFor[*app.API]()
	for i := range api.NumMethod() {
		m := api.Method(i)
		got = append(got, m.Name)
		for j := 1; j < m.Type.NumIn(); j++ {
			simple(t, m.Name, m.Type.In(j), 0)
		}
		if n := m.Type.NumOut(); n == 0 || n > 2 || m.Type.Out(n-1) != reflect.TypeFor[error]() {
			t.Errorf("%s does not end in an error", m.Name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("bound\n%v\ntypes.ts\n%v", got, want)
	}
}

// simple refuses arguments that could carry more than they say: functions,
// interfaces, maps, pointers.
func simple(t *testing.T, method string, x reflect.Type, depth int) {
	t.Helper()
	switch x.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64:
	case reflect.Slice:
		simple(t, method, x.Elem(), depth+1)
	case reflect.Struct:
		for i := range x.NumField() {
			simple(t, method, x.Field(i).Type, depth+1)
		}
	default:
		t.Errorf("%s takes a %s", method, x)
	}
	if depth > 4 {
		t.Errorf("%s takes something nested too deep", method)
	}
}

// never are methods FuzzBoundMethods leaves alone: they end the session all the
// others need. FuzzDoors has them.
var never = []string{"SignIn", "AcceptInvitation", "SignOut", "Unlock"}

// hostile fills a value from bytes, with a liking for what nearly fits.
func hostile(x reflect.Type, data *[]byte, known []string) reflect.Value {
	take := func() byte {
		if len(*data) == 0 {
			return 0
		}
		b := (*data)[0]
		*data = (*data)[1:]
		return b
	}
	v := reflect.New(x).Elem()
	switch x.Kind() {
	case reflect.String:
		switch n := int(take()); {
		case n < 160 && len(known) > 0:
			v.SetString(known[n%len(known)])
		default:
			n = min(n-160, len(*data))
			if n > 0 {
				v.SetString(string((*data)[:n]))
				*data = (*data)[n:]
			}
		}
	case reflect.Bool:
		v.SetBool(take()&1 == 1)
	case reflect.Int, reflect.Int64:
		n := int64(int8(take()))
		if n == 127 {
			n = 1 << 62
		}
		v.SetInt(n)
	case reflect.Float64:
		v.SetFloat(float64(int8(take())) / 8)
	case reflect.Slice:
		n := int(take() % 5)
		s := reflect.MakeSlice(x, 0, n)
		for range n {
			s = reflect.Append(s, hostile(x.Elem(), data, known))
		}
		v.Set(s)
	case reflect.Struct:
		for i := range x.NumField() {
			v.Field(i).Set(hostile(x.Field(i).Type, data, known))
		}
	}
	return v
}

// strike calls bound methods with hostile arguments until the bytes are used up.
// It fails on a panic, an error that says nothing, or a list that is null.
func strike(t *testing.T, api *app.API, known []string, data []byte) {
	t.Helper()
	v := reflect.ValueOf(api)
	for i := 0; len(data) > 0 && i < 40; i++ {
		n := int(data[0]) % v.NumMethod()
		data = data[1:]
		name := v.Type().Method(n).Name
		if slices.Contains(never, name) {
			continue
		}
		call(t, v.Method(n), name, known, &data)
	}
}

func call(t *testing.T, m reflect.Value, name string, known []string, data *[]byte) {
	t.Helper()
	var args []reflect.Value
	for j := range m.Type().NumIn() {
		args = append(args, hostile(m.Type().In(j), data, known))
	}
	out := m.Call(args)
	err, _ := out[len(out)-1].Interface().(error)
	if err != nil {
		var f app.Fault
		text, ok := app.FormatError(err).(string)
		if !ok || json.Unmarshal([]byte(text), &f) != nil || f.Code == "" || f.Message == "" {
			t.Errorf("%s: %v is no fault", name, err)
		}
		if f.Code == "internal" {
			t.Errorf("%s(%v): %v", name, args, err)
		}
	} else if len(out) == 2 && (out[0].Kind() != reflect.Pointer || !out[0].IsNil()) {
		noNulls(t, out[0].Interface())
	}
}

// FuzzBoundMethods calls everything the page can call with whatever comes.
func FuzzBoundMethods(f *testing.F) {
	for i := range 60 {
		f.Add([]byte{byte(i), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
		f.Add([]byte{byte(i), 200, '.', '.', '/', 0xff, 0, 127, 128, 5, 5, 5, 5, 5, 5})
	}
	d, known := target(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		strike(t, d.api, known, data)
		lighten(t, d.api)
	})
}

// lighten takes back what waits once it is more than a person would have
// waiting: every call reads it, so the attack would go on ever more slowly.
func lighten(t *testing.T, api *app.API) {
	t.Helper()
	items, err := api.Outbox()
	if err != nil {
		t.Fatal(err)
	}
	if len(items) < 100 {
		return
	}
	for _, it := range items {
		if !slices.Contains(it.Actions, "discard") {
			continue
		}
		if err := api.DiscardItem(it.ID); err != nil {
			t.Errorf("%s %s cannot be taken back: %v", it.Kind, it.ID, err)
		}
	}
}

// FuzzDoors calls what signs in and out with whatever comes, at a real server.
func FuzzDoors(f *testing.F) {
	for i := range 8 {
		f.Add([]byte{byte(i), 0, 1, 2, 3, 4, 5, 6, 7})
		f.Add([]byte{byte(i), 200, 0xff, 0, '/', 200, '.', '.', 200, '\n'})
	}
	srv := runtest.NewServer(f, "")
	d := newDesktop(f)
	known := []string{srv.URL, "jonas", "elif@brandt.example", runtest.Password, "", "http://", "localhost", "https://" + strings.Repeat("a", 300), "\u202ejonas", srv.URL + "/v1"}
	f.Fuzz(func(t *testing.T, data []byte) {
		v := reflect.ValueOf(d.api)
		for len(data) > 0 {
			name := never[int(data[0])%len(never)]
			data = data[1:]
			call(t, v.MethodByName(name), name, known, &data)
		}
	})
}

// target is a program with a ticket, offline so that nothing leaves it.
func target(f *testing.F) (*desktop, []string) {
	srv := runtest.NewServer(f, "")
	d := newDesktop(f)
	d.signIn(srv.URL, "jonas")
	nt := newTicket()
	nt.Requester, nt.Org = "elif", "bakery"
	o := d.opens(nt)
	d.confirmed(o.Ticket, nt.Text)
	d.offline()
	if err := d.api.Reply(o.Ticket, "queued", []string{}, 0, "", app.Beside{}); err != nil {
		f.Fatal(err)
	}
	items, err := d.api.Outbox()
	if err != nil {
		f.Fatal(err)
	}
	known := []string{
		o.Ticket, "needs_me", "all_open", "hosting", "billing", "elif", "jonas", "bakery", "solved", "on_hold", "high", "reply", "note", "new",
		"ticket/" + o.Ticket + "/reply", "../../etc/passwd", "2026-12-01T10:00:00Z", strings.Repeat("a", 64), "https://x.example", "system", "",
	}
	for _, it := range items {
		known = append(known, it.ID)
	}
	return d, known
}
