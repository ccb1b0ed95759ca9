import type { Actor, Child, Graph, Movie, NewMovie, NestedMovie } from "./contender.ts";

/** How much there is; everything follows from it, so that every process knows what the database holds. */
export interface Data {
  readonly movies: number;
  /** Movies alone, with nothing that belongs to them. */
  readonly bare?: boolean;
}

export const FULL: Data = { movies: 10_000 };
export const SMALL: Data = { movies: 400 };

export const CHARACTERS = 5;
export const ACTORS = 5;

export const actorCount = ({ movies }: Data): number => movies / 2;

export function movie(id: number): Movie {
  return { id, title: `Movie ${id}`, tagline: id % 7 === 0 ? null : `The tagline of movie "${id}": naïve, 日本` };
}

export function charactersOf(movieId: number): Child[] {
  return Array.from({ length: CHARACTERS }, (_, at) => {
    const id = (movieId - 1) * CHARACTERS + at + 1;
    return { id, name: `Character ${id}`, movieId };
  });
}

export function distributorOf(movieId: number): Child {
  return { id: movieId, name: `Distributor ${movieId}`, movieId };
}

export const actor = (id: number): Actor => ({ id, name: `Actor ${id}` });

export function actorIdsOf(data: Data, movieId: number): number[] {
  const count = actorCount(data);
  return Array.from({ length: ACTORS }, (_, at) => ((movieId * 7 + at * 31) % count) + 1);
}

export function nestedMovie(data: Data, id: number): NestedMovie {
  return {
    ...movie(id),
    characters: charactersOf(id),
    distributor: distributorOf(id),
    actors: actorIdsOf(data, id)
      .sort((a, b) => a - b)
      .map(actor),
  };
}

export function newMovie(n: number): NewMovie {
  return { title: `New movie ${n}`, tagline: n % 5 === 0 ? null : `The tagline of new movie ${n}` };
}

export function graph(n: number): Graph {
  return {
    ...newMovie(n),
    characters: Array.from({ length: CHARACTERS }, (_, at) => `New character ${n}.${at}`),
    distributor: `New distributor ${n}`,
    actors: [`New actor ${n}.0`, `New actor ${n}.1`],
  };
}

/** The same numbers in every process: which row is asked for must not be what makes a difference. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
