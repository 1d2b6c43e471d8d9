/** The camera of the crowd: how many pixels a cell has, and where the picture lies. */

export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** The largest cell; zooming in further opens the tree. */
export const largest = 72;

/** From this size on the cells are told apart, and from this one on they are drawn with their marks. */
export const gridSize = 6;
export const markSize = 13;

/** The camera that shows all of a picture of w by h cells, cells no larger than `most`. */
export function fitCells(w: number, h: number, width: number, height: number, pad: { top: number; right: number; bottom: number; left: number }, most = 26): Camera {
  const room = { w: Math.max(1, width - pad.left - pad.right), h: Math.max(1, height - pad.top - pad.bottom) };
  let zoom = Math.min(most, room.w / Math.max(1, w), room.h / Math.max(1, h));
  // Whole pixels for a cell look better than a share of one.
  if (zoom > 2) zoom = Math.floor(zoom);
  return { x: Math.round(pad.left + (room.w - w * zoom) / 2), y: Math.round(pad.top + (room.h - h * zoom) / 2), zoom };
}

/** The camera with another zoom and the same cell under a point. */
export function zoomCells(camera: Camera, factor: number, x: number, y: number, least: number): Camera {
  const zoom = Math.min(largest, Math.max(least, camera.zoom * factor));
  const k = zoom / camera.zoom;
  return { x: x - (x - camera.x) * k, y: y - (y - camera.y) * k, zoom };
}

/** The cell under a point, undefined outside of the picture. */
export function cellUnder(camera: Camera, x: number, y: number, w: number, h: number): { readonly x: number; readonly y: number } | undefined {
  const cell = { x: Math.floor((x - camera.x) / camera.zoom), y: Math.floor((y - camera.y) / camera.zoom) };
  return cell.x < 0 || cell.y < 0 || cell.x >= w || cell.y >= h ? undefined : cell;
}

/** The camera that has a cell in sight. */
export function seeCell(camera: Camera, cell: { readonly x: number; readonly y: number }, width: number, height: number): Camera {
  const left = camera.x + cell.x * camera.zoom;
  const top = camera.y + cell.y * camera.zoom;
  const dx = left < 16 ? 16 - left : left + camera.zoom > width - 16 ? width - 16 - camera.zoom - left : 0;
  const dy = top < 16 ? 16 - top : top + camera.zoom > height - 16 ? height - 16 - camera.zoom - top : 0;
  return dx === 0 && dy === 0 ? camera : { ...camera, x: camera.x + dx, y: camera.y + dy };
}
