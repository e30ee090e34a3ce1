import './styles/index.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './lib/backend';
import { Desk } from './lib/state/desk.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

if (import.meta.env.VITE_STORY) {
  // The story of the two windows clicks on the real screen and asks where things are.
  const ask = (selector: string) => {
    const box = document.querySelector(selector)?.getBoundingClientRect();
    return box ? { x: box.x, y: box.y, width: box.width, height: box.height } : null;
  };
  (window as unknown as { __box: typeof ask }).__box = ask;
}

mount(App, { target, props: { desk: new Desk(await connect()) } });
