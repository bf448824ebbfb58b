const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Local time for people, as short as it stays clear. By hand, since loading Intl costs milliseconds. */
export function clockTime(time: string, nowMs: number): string {
  const date = new Date(time);
  const now = new Date(nowMs);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits);
  if (date.toDateString() === now.toDateString()) return `${hours}:${minutes}:${seconds}`;
  const day = `${months[date.getMonth()]} ${twoDigits(date.getDate())}`;
  return date.getFullYear() === now.getFullYear() ? `${day} ${hours}:${minutes}` : `${day} ${date.getFullYear()}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
