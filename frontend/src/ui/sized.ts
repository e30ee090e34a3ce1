/** The address of a picture in another size; one that carries its bytes has but one. */
export const sized = (preview: string, size: 'chip' | 'whole'): string => (preview.startsWith('/') ? `${preview}?size=${size}` : preview);
