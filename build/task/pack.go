package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const outDir = "build/bin"

// pack builds what a person installs on Linux: a .deb with both programs and a
// tarball of the same files.
func pack(ctx context.Context, _ []string) error {
	if runtime.GOOS != "linux" {
		return errors.New("packages are made on Linux; on macOS and Windows use `go tool wails build`")
	}
	if err := ensure(ctx, toBuild()); err != nil {
		return err
	}
	if err := ensureNode(ctx); err != nil {
		return err
	}
	steps := []func() error{
		func() error { return npmInstall(ctx) },
		func() error { return buildPage(ctx) },
		func() error { return buildWindow(ctx, filepath.Join(outDir, "docket"), "") },
		func() error { return buildServer(ctx, filepath.Join(outDir, "docketd")) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	version := versionOf(ctx)
	if err := do(ctx, job{
		name: "deb", env: []string{"DOCKET_VERSION=" + version, "DOCKET_ARCH=" + runtime.GOARCH}, quiet: true,
		args: []string{"go", "tool", "-modfile=build/tools/go.mod", "nfpm", "package", "--config", "build/linux/nfpm.yaml", "--packager", "deb", "--target", outDir},
	}); err != nil {
		return err
	}
	tarball := filepath.Join(outDir, fmt.Sprintf("docket_%s_%s.tar.gz", version, runtime.GOARCH))
	if err := writeTarball(tarball, []string{
		filepath.Join(outDir, "docket"), filepath.Join(outDir, "docketd"), "build/linux/docket.desktop",
		"build/appicon.png", "build/sample/desk.yaml", "build/sample/holidays.ics", "README.md", "LICENSE",
	}); err != nil {
		return err
	}
	say("ok    %s", tarball)
	return nil
}

// versionOf is the newest tag's, or a version that sorts before every release.
func versionOf(ctx context.Context) string {
	if v, err := output(ctx, "git", "describe", "--tags", "--abbrev=0"); err == nil {
		return strings.TrimPrefix(v, "v")
	}
	return "0.1.0"
}

func writeTarball(dest string, files []string) (err error) {
	f, err := os.Create(dest)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	gz := gzip.NewWriter(f)
	tw := tar.NewWriter(gz)
	for _, name := range files {
		if err := addFile(tw, name); err != nil {
			return err
		}
	}
	return errors.Join(tw.Close(), gz.Close())
}

func addFile(tw *tar.Writer, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h, err := tar.FileInfoHeader(info, "")
	if err != nil {
		return err
	}
	h.Name, h.Uname, h.Gname, h.Uid, h.Gid = "docket/"+filepath.Base(name), "", "", 0, 0
	if err := tw.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.Copy(tw, f)
	return err
}
