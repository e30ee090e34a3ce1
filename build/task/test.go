package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// test installs what is missing and runs everything: format, lint, rules, Go
// tests with the race detector, the page's tests, the pictures of the window, the page in a browser over
// the real backend, and the story in real windows.
func test(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("test", flag.ContinueOnError)
	only := fs.String("only", "", "run one part: go, page, gallery, browser, prove or story")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := ensure(ctx, toBuild(), toPlay(), toTest()); err != nil {
		return err
	}
	if err := ensureNode(ctx); err != nil {
		return err
	}
	want := func(part string) bool { return *only == "" || *only == part }
	var chains []func() error
	if want("page") || want("gallery") || want("browser") || want("story") {
		chains = append(chains, func() error { return testPage(ctx, want("page")) })
	}
	if want("go") {
		chains = append(chains, func() error { return testGo(ctx) })
	}
	err := sideBySide(chains...)
	if runtime.GOOS == "linux" && err == nil {
		if want("gallery") {
			err = errors.Join(err, testGallery(ctx))
		}
		if want("browser") {
			err = errors.Join(err, testBrowser(ctx))
		}
		if want("prove") {
			err = errors.Join(err, proveAll(ctx))
		}
		if want("story") {
			out, mkErr := os.MkdirTemp("", "docket-story-")
			if mkErr != nil {
				return mkErr
			}
			err = errors.Join(err, playStory(ctx, out))
		}
	}
	if err == nil {
		say("everything passed")
	}
	return err
}

func testPage(ctx context.Context, checks bool) error {
	if err := npmInstall(ctx); err != nil {
		return err
	}
	if checks {
		for _, script := range []string{"check", "lint", "test"} {
			if err := do(ctx, job{name: "page " + script, dir: frontend, quiet: script != "test", args: npm("run", script)}); err != nil {
				return err
			}
		}
	}
	return buildPage(ctx)
}

func testGo(ctx context.Context) error {
	if err := checkFormat(ctx); err != nil {
		return err
	}
	steps := []job{
		{name: "go vet", quiet: true, args: []string{"go", "vet", "./..."}},
		{name: "go vet, the window", quiet: true, args: []string{"go", "vet", "-tags", tags(""), "./..."}},
		lintJob(),
		{name: "go vet, the bench", dir: filepath.Join("build", "bench"), quiet: true, args: []string{"go", "vet", "./..."}},
		{
			name: "build for Windows", quiet: true, env: []string{"GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0"},
			args: []string{"go", "build", "-tags", "desktop,production", "-o", os.DevNull, "."},
		},
		{name: "docketd without cgo", quiet: true, env: []string{"CGO_ENABLED=0"}, args: []string{"go", "build", "-o", os.DevNull, "./sync/cmd/docketd"}},
	}
	var env []string
	if runtime.GOOS == "linux" {
		dsn, stop, err := startPostgres(ctx)
		if err != nil {
			return err
		}
		defer stop()
		env = append(env, "DOCKET_TEST_PG="+dsn)
	} else {
		steps = append(steps[:3], steps[5:]...) // the bench is for Linux as well
	}
	steps = append(steps, job{name: "go test -race", env: env, args: []string{"go", "test", "-race", "-timeout", "25m", "./..."}})
	// The largest stores take minutes under the race detector, so what they cost
	// is counted without it.
	steps = append(steps, job{name: "costs at 1,000, 10,000 and 100,000 tickets", args: []string{"go", "test", "-run", "^TestCost|^TestWork", "./storage/ledger", "./storage/cache", "./sync/server"}})
	var errs []error
	for _, s := range steps {
		errs = append(errs, do(ctx, s))
	}
	return errors.Join(errs...)
}

// lintJob runs the linters; they live in a module of their own, so that they
// never enter the product's go.mod.
func lintJob() job {
	return job{name: "lint", quiet: true, args: []string{"go", "tool", "-modfile=build/tools/go.mod", "golangci-lint", "run", "--config", "build/tools/golangci.yml", "./..."}}
}

func checkFormat(ctx context.Context) error {
	files, err := output(ctx, "git", "ls-files", "*.go")
	if err != nil {
		return err
	}
	var there []string
	for f := range strings.SplitSeq(files, "\n") {
		if _, err := os.Stat(filepath.FromSlash(f)); err == nil && f != "" {
			there = append(there, f)
		}
	}
	wrong, err := output(ctx, append([]string{"gofmt", "-l"}, there...)...)
	if err != nil {
		return err
	}
	if wrong != "" {
		return errors.New("not gofmt: " + strings.ReplaceAll(wrong, "\n", " "))
	}
	say("ok    gofmt")
	return nil
}
