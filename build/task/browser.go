package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"time"
)

// testBrowser plays the page in Chromium over the real Go backend: two
// development builds of the program, which serve the page they would show in
// their window, and one real server between them.
func testBrowser(ctx context.Context) error {
	program, docketd := filepath.Join(outDir, "docket-dev"), filepath.Join(outDir, "docketd")
	if err := buildServer(ctx, docketd); err != nil {
		return err
	}
	if err := buildWindow(ctx, program, "dev"); err != nil {
		return err
	}
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	assets, err := filepath.Abs(filepath.Join(frontend, "dist"))
	if err != nil {
		return err
	}
	d, err := startDesktop(ctx, "1600x1000")
	if err != nil {
		return err
	}
	defer d.Close()
	w, err := newWorld(ctx, d.dir, docketd)
	if err != nil {
		return err
	}
	if err := w.start(ctx); err != nil {
		return err
	}
	defer w.kill()
	env := []string{"DOCKET_SERVER=" + w.url(), "DOCKET_PASSWORD=" + password, "DOCKET_CUSTOMER=" + customerID, "DOCKET_ENGINEER=" + engineerID}
	for _, who := range []string{"customer", "engineer"} {
		at, err := freeAddress()
		if err != nil {
			return err
		}
		_, port, _ := net.SplitHostPort(at)
		address := "localhost:" + port
		if _, err := d.spawn(ctx, []string{"devserver=" + address, "assetdir=" + assets}, program, "--profile", "browser-"+who); err != nil {
			return err
		}
		if err := d.until(ctx, 30*time.Second, "the page of the "+who, func() bool {
			c, err := net.Dial("tcp", address)
			if err == nil {
				c.Close()
			}
			return err == nil
		}); err != nil {
			log, _ := os.ReadFile(d.log.Name())
			say("%s", log)
			return err
		}
		env = append(env, "DOCKET_PAGE_"+who+"=http://"+address)
	}
	return do(ctx, job{name: "page in the browser", dir: frontend, env: env, args: []string{"node", "--test", "--test-concurrency=1", "e2e/"}})
}
