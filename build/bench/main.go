//go:build linux

// Command bench measures Docket beside its peers, in rounds ours/peer/ours/peer
// with fresh processes and fresh data. It prints one JSON line per figure on
// standard output and what it does on standard error. It lives in a module of
// its own so that the peers never enter the product's go.mod; run it with
//
//	go run ./build/task bench -tier quick|standard
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// bench is one run.
type bench struct {
	ctx      context.Context
	standard bool
	rounds   int
	only     []string
	dir      string // of everything fresh; gone at the end
	root     string // of the repository
	cache    string // of what is made once: peers, big ledgers
	docketd  string
	commit   string
	out      io.Writer
	data     string // a folder of public text to search in, or ""
	profile  string // where profiles of docketd under load go, or ""
}

// roles are what this program also is, in processes of their own.
var roles = map[string]func(args []string) error{"seat": seatMain, "serve": serveMain, "fill": fillMain}

func main() {
	if len(os.Args) > 1 {
		if role := roles[os.Args[1]]; role != nil {
			if err := role(os.Args[2:]); err != nil {
				fmt.Fprintln(os.Stderr, os.Args[1]+":", err)
				os.Exit(1)
			}
			return
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := measure(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func measure(ctx context.Context) (err error) {
	tier := flag.String("tier", "quick", "quick (about a minute, ours) or standard (at most ten minutes, beside the peers)")
	only := flag.String("only", "", "only these figures, such as P1,T1")
	rounds := flag.Int("rounds", 0, "rounds of each; 1 for quick and 3 for standard if 0")
	root := flag.String("root", "../..", "the repository")
	profile := flag.String("profile", "", "keep a CPU profile of docketd under load in this folder")
	data := flag.String("data", "", "search in the text of this folder: conversations.jsonl.gz, and search/ with seamonkey, banking77 and cranfield")
	flag.Parse()
	b := &bench{ctx: ctx, out: os.Stdout, rounds: *rounds, profile: *profile, data: *data}
	switch *tier {
	case "quick":
	case "standard":
		b.standard = true
	default:
		return fmt.Errorf("there is no tier %q; it is quick or standard", *tier)
	}
	if b.rounds == 0 {
		b.rounds = 1
		if b.standard {
			b.rounds = 3
		}
	}
	if *only != "" {
		b.only = strings.Split(strings.ToUpper(*only), ",")
	}
	if b.root, err = filepath.Abs(*root); err != nil {
		return err
	}
	b.cache = filepath.Join(b.root, "out", "bench")
	if err := os.MkdirAll(b.cache, 0o755); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "docket-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.build(); err != nil {
		return err
	}
	began := time.Now()
	for _, part := range []struct {
		figures []string
		run     func() error
	}{
		{[]string{"P1", "P2"}, b.latency},
		{[]string{"P3"}, b.notification},
		{[]string{"T1", "T3", "KILL"}, b.throughput},
		{[]string{"T2"}, b.ledgers},
		{[]string{"M1"}, b.memory},
		{[]string{"S4"}, b.storm},
		{[]string{"S1", "S2", "S3", "C1", "C4", "C5"}, b.sizes},
		{[]string{"C6"}, b.bubble},
		{[]string{"C7"}, b.windows},
		{[]string{"F1", "F2", "F3", "F4", "F5"}, b.feel},
		{[]string{"C2", "C3"}, b.searches},
		{[]string{"QUALITY"}, b.quality},
	} {
		if !b.wants(part.figures...) {
			continue
		}
		if err := part.run(); err != nil {
			// The other figures are still worth having.
			b.say("%s: %v", strings.Join(part.figures, ","), err)
			b.print(figure{Figure: part.figures[0], Note: "not measured: " + err.Error()})
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	b.say("done in %s", time.Since(began).Round(time.Second))
	return nil
}

func (b *bench) wants(figures ...string) bool {
	return len(b.only) == 0 || slices.ContainsFunc(figures, func(f string) bool { return slices.Contains(b.only, f) })
}

// build makes docketd as it is shipped, without the race detector and cgo.
func (b *bench) build() error {
	b.docketd = filepath.Join(b.dir, "docketd")
	cmd := exec.CommandContext(b.ctx, "go", "build", "-o", b.docketd, "./sync/cmd/docketd")
	cmd.Dir, cmd.Env, cmd.Stderr = b.root, append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build docketd: %w", err)
	}
	out, err := exec.CommandContext(b.ctx, "git", "-C", b.root, "describe", "--always", "--dirty").Output()
	if err == nil {
		b.commit = strings.TrimSpace(string(out))
	}
	return nil
}

// fresh makes an empty folder.
func (b *bench) fresh(name string) (string, error) { return os.MkdirTemp(b.dir, name+"-") }

func (b *bench) say(format string, a ...any) {
	fmt.Fprintf(os.Stderr, "%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, a...))
}

// figure is a line of the answer.
type figure struct {
	Figure string             `json:"figure"`
	Value  float64            `json:"value"`
	Unit   string             `json:"unit"`
	Goal   string             `json:"goal"`
	OK     *bool              `json:"ok"`
	Versus map[string]float64 `json:"versus,omitempty"`
	Rounds int                `json:"rounds"`
	Commit string             `json:"commit"`
	// Others is the share of the machine other processes had, in percent, in
	// each round; a round above twenty gives no verdict.
	Others []float64      `json:"others,omitempty"`
	Detail map[string]any `json:"detail,omitempty"`
	Note   string         `json:"note,omitempty"`
}

func (b *bench) print(f figure) {
	f.Commit = b.commit
	f.Value = round(f.Value)
	for k, v := range f.Versus {
		f.Versus[k] = round(v)
	}
	line, err := json.Marshal(f)
	if err != nil {
		b.say("%s: %v", f.Figure, err)
		return
	}
	fmt.Fprintln(b.out, string(line))
}

// judged sets the verdict, unless the machine was too busy with other things.
func (f figure) judged(ok bool, quiet int) figure {
	if quiet == 0 {
		f.note("no verdict: other processes had more than 20 % of the machine in every round")
		return f
	}
	if quiet < f.Rounds {
		f.note(fmt.Sprintf("verdict of the %d quiet rounds", quiet))
	}
	f.OK = &ok
	return f
}

func (f *figure) note(s string) {
	if f.Note != "" {
		f.Note += "; "
	}
	f.Note += s
}

func round(v float64) float64 {
	switch {
	case v >= 100 || v <= -100:
		return float64(int64(v*10)) / 10
	case v >= 1:
		return float64(int64(v*1000)) / 1000
	}
	return float64(int64(v*1e6)) / 1e6
}
