/** Degrees north and east, WGS 84. */
export interface Point {
  lat: number;
  long: number;
}

/** Mean radius of the earth: IUGG, Moritz 2000. */
const earthRadiusKm = 6371.0088;

/** Along the great circle, by the haversine formula; wrong by up to 0.5 %, since the earth is no sphere. */
export function distanceKm(from: Point, to: Point): number {
  const radians = Math.PI / 180;
  const halfChord =
    Math.sin(((to.lat - from.lat) * radians) / 2) ** 2 +
    Math.cos(from.lat * radians) *
      Math.cos(to.lat * radians) *
      Math.sin(((to.long - from.long) * radians) / 2) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(halfChord)));
}

/** The middle of some points, also where they lie on both sides of the date line. Undefined for none. */
export function middleOf(points: readonly Point[]): Point | undefined {
  const [first] = points;
  if (!first) return undefined;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const long = mean(points.map((point) => first.long + wrap(point.long - first.long)));
  return { lat: mean(points.map((point) => point.lat)), long: wrap(long) };
}

/** Into −180 to 180. */
function wrap(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360);
}
