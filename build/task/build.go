package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
)

const frontend = "frontend"

func exe(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// npm gives the words that run npm; on Windows it is a script.
func npm(args ...string) []string {
	if runtime.GOOS == "windows" {
		return append([]string{"cmd", "/c", "npm"}, args...)
	}
	return append([]string{"npm"}, args...)
}

// npmInstall brings the page's libraries when the lock file is newer than they.
func npmInstall(ctx context.Context) error {
	lock, err := os.Stat(filepath.Join(frontend, "package-lock.json"))
	if err != nil {
		return err
	}
	if done, err := os.Stat(filepath.Join(frontend, "node_modules", ".package-lock.json")); err == nil && !done.ModTime().Before(lock.ModTime()) {
		return nil
	}
	return do(ctx, job{name: "npm ci", dir: frontend, quiet: true, args: npm("ci", "--no-audit", "--no-fund", "--loglevel=error")})
}

// buildPage makes frontend/dist.
func buildPage(ctx context.Context) error {
	return do(ctx, job{name: "build page", dir: frontend, quiet: true, args: npm("run", "build")})
}

func tags(extra string) string {
	t := "desktop,production"
	if extra == "dev" {
		t = "dev"
	} else if extra != "" {
		t += "," + extra
	}
	if runtime.GOOS == "linux" {
		t += ",webkit2_41"
	}
	return t
}

// buildWindow builds the desktop program; extra is "", "story" or "dev".
func buildWindow(ctx context.Context, out, extra string) error {
	args := []string{"go", "build", "-trimpath", "-tags", tags(extra), "-ldflags", "-s -w"}
	if runtime.GOOS == "windows" {
		args[len(args)-1] += " -H windowsgui"
	}
	return do(ctx, job{name: "build docket " + extra, quiet: true, env: []string{"CGO_ENABLED=1"}, args: append(args, "-o", out, ".")})
}

// buildServer builds docketd, in pure Go.
func buildServer(ctx context.Context, out string) error {
	return do(ctx, job{
		name: "build docketd", quiet: true, env: []string{"CGO_ENABLED=0"},
		args: []string{"go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, "./sync/cmd/docketd"},
	})
}
